package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.ContentUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeaderFieldsTest {
    @Test
    void add_keepsAll() throws MimeException {
        HeaderFields fields = new HeaderFields();
        add(fields, "Received: a", "Received: b", "X-Other: c");
        assertEquals(List.of("a", "b"), fields.all("received"));
        assertEquals(List.of("c"), fields.all("X-Other"));
    }

    @Test
    @DisplayName("of a part's header, which nothing bounds, only the first of each field that is used is kept")
    void add_firstOf_keepsNothingElse() throws MimeException {
        HeaderFields fields = HeaderFields.firstOf(Set.of("content-type", "content-id"));
        add(fields, "Content-TYPE: text/plain", "X-Other: c", "Content-Type: text/html", "Content-Id: <x>");
        assertEquals(List.of("text/plain"), fields.all("Content-Type"));
        assertEquals(List.of("<x>"), fields.all("Content-ID"));
        assertEquals(List.of(), fields.all("X-Other"));
        assertEquals("Content-TYPE: text/plainContent-Id: <x>".length(), fields.characters());
    }

    private static void add(HeaderFields fields, String... lines) throws MimeException {
        for (String line : lines) {
            fields.add(RawFieldParser.DEFAULT.parseField(ContentUtil.encode(line)));
        }
    }
}
