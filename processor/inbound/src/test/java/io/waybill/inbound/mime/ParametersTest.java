package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.junit.jupiter.api.Test;

class ParametersTest {
    @Test
    void get_piecesInAnyOrder_areJoinedByNumber() {
        assertEquals("ab.txt", fileName("filename*1=\"b.txt\"; filename*0=\"a\""));
        assertEquals("€ a%20.txt", fileName("filename*1=\"a%20.txt\"; filename*0*=utf-8''%E2%82%AC%20"));
    }

    @Test
    void get_characterCutInTwo_isWhole() {
        assertEquals("€.txt", fileName("filename*0*=utf-8'en'%E2%82; filename*1*=%AC.txt"));
    }

    @Test
    void get_charsetMislabelledUnknownOrAbsent() {
        assertEquals("€.txt", fileName("filename*=iso-8859-1''%80.txt"));
        assertEquals("ä.txt", fileName("filename*=x-unknown''%C3%A4.txt"));
        assertEquals("ä.txt", fileName("filename*=''%C3%A4.txt"));
        assertEquals("ä.txt", fileName("filename*=%C3%A4.txt"));
    }

    @Test
    void get_bothEncodedAndPlain_theEncodedCounts() {
        assertEquals("€.txt", fileName("filename=e.txt; filename*=utf-8''%E2%82%AC.txt"));
        assertEquals("€.txt", fileName("filename*=utf-8''%E2%82%AC.txt; filename=e.txt"));
    }

    @Test
    void get_brokenEscapes_areKept() {
        assertEquals("100%.txt", fileName("filename*=utf-8''100%.txt"));
        assertEquals("%zz%4", fileName("filename*=utf-8''%zz%4"));
    }

    @Test
    void get_noSuchParameter_isEmpty() {
        assertEquals(Optional.empty(), parse("name=a").get("filename"));
    }

    private static String fileName(String parameters) {
        return parse(parameters).get("filename").orElseThrow();
    }

    private static Parameters parse(String parameters) {
        return new Parameters(RawFieldParser.DEFAULT
                .parseRawBody(new RawField("Content-Disposition", "attachment; " + parameters))
                .getParams());
    }
}
