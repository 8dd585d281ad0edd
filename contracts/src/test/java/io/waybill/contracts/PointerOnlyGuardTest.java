package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.PointerJobCodec.Decoded;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PointerOnlyGuardTest {
    private static final String GOLDEN = Golden.of("pointer-job.imap").text();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "body",
                "bodyPreview",
                "rawMime",
                "raw_mime",
                "mime",
                "raw",
                "content",
                "contentBytes",
                "attachment",
                "attachments",
                "Subject",
                "snippet",
                "text",
                "html",
                "from",
                "to",
                "cc",
                "bcc",
                "sender",
                "headers",
                "payload",
                "internetMessageId",
                "internet-message-id",
                "quokka",
                "",
                "jobid",
                "jobId ",
                "x-job-id",
            })
    @DisplayName("A08 no field of content and no unknown field passes, at top level or nested")
    void check_foreignName(String name) {
        for (String value : List.of("\"quokka\"", "1", "null", "{}", "[]", "{\"a\":[{\"b\":1}]}")) {
            String field = "\"" + name + "\":" + value;
            assertRejected(FailureCode.FORBIDDEN_FIELD, "{" + field + "," + GOLDEN.substring(1));
            assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.substring(0, GOLDEN.length() - 1) + "," + field + "}");
            assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"type\"", field + ",\"type\""));
            assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"uid\":42", "\"uid\":42," + field));
        }
    }

    @Test
    @DisplayName("A08 what is refused is said by our names only, never by the record's")
    void check_repeatsNothing() {
        assertEquals(
                "the job carries the content field subject",
                refused("{\"Subject\":\"quokka\"}").detail());
        assertEquals(
                "the pointer carries the content field rawmime",
                refused("{\"pointer\":{\"raw_mime\":\"quokka\"}}").detail());
        assertFalse(refused("{\"quokka\":1}").detail().contains("quokka"));
        assertFalse(refused("{\"pointer\":{\"quokka\":1}}").detail().contains("quokka"));
        assertFalse(refused("quokka").detail().contains("quokka"));
    }

    @Test
    @DisplayName("A08 a known name does not bring structure in")
    void check_structure() {
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"INBOX\"", "{\"folder\":\"INBOX\"}"));
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"INBOX\"", "[\"INBOX\"]"));
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"INBOX\"", "{\"pointer\":{}}"));
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"acme\"", "{\"type\":\"x\"}"));
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("\"acme\"", "[]"));
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("42", "[".repeat(900)));
    }

    @Test
    void check_longText() {
        assertTrue(check(GOLDEN.replace("INBOX", "x".repeat(512))).isEmpty());
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("INBOX", "x".repeat(513)));
        assertRejected(FailureCode.FORBIDDEN_FIELD, GOLDEN.replace("acme", "x".repeat(513)));
    }

    @Test
    void check_size() {
        String largest = GOLDEN + " ".repeat(PointerJob.MAX_BYTES - GOLDEN.length());
        assertTrue(check(largest).isEmpty());
        assertRejected(FailureCode.POINTER_TOO_LARGE, largest + " ");
        assertRejected(FailureCode.POINTER_TOO_LARGE, "x".repeat(1_000_000));
    }

    static List<String> notOneObject() {
        List<String> texts = new ArrayList<>(List.of(
                "",
                " ",
                "null",
                "1",
                "\"text\"",
                "[]",
                "[" + GOLDEN + "]",
                GOLDEN + GOLDEN,
                GOLDEN + "x",
                GOLDEN + " \"subject\"",
                GOLDEN.replace("{\"schemaVersion\"", "{'schemaVersion'"),
                "//comment\n" + GOLDEN,
                GOLDEN.replace("42", "042"),
                GOLDEN.replace("42", "NaN")));
        for (int length = 1; length < GOLDEN.length(); length++) {
            texts.add(GOLDEN.substring(0, length));
        }
        return texts;
    }

    @Test
    void check_notOneObject() {
        notOneObject().forEach(text -> assertRejected(FailureCode.UNDECODABLE, text));
        assertEquals(
                FailureCode.UNDECODABLE,
                PointerOnlyGuard.check(null).orElseThrow().code());
    }

    @Test
    void check_otherEncodings() {
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_32BE)) {
            assertEquals(
                    FailureCode.UNDECODABLE,
                    PointerOnlyGuard.check(GOLDEN.getBytes(charset))
                            .orElseThrow()
                            .code());
        }
        byte[] broken = GOLDEN.getBytes(StandardCharsets.UTF_8);
        broken[GOLDEN.indexOf("INBOX")] = (byte) 0xC3;
        assertEquals(
                FailureCode.UNDECODABLE,
                PointerOnlyGuard.check(broken).orElseThrow().code());
    }

    /** The guard itself counts no names; the codec behind it does. */
    @Test
    void decode_repeatedField() {
        for (String text : List.of(
                GOLDEN.replace("\"uid\":42", "\"uid\":42,\"uid\":42"),
                GOLDEN.replace("\"schemaVersion\":1", "\"schemaVersion\":1,\"schemaVersion\":1"),
                GOLDEN.replace(
                        "\"pointer\":{", "\"pointer\":{\"type\":\"google\",\"messageId\":\"ab\"},\"pointer\":{"))) {
            Decoded.Rejected rejected = assertInstanceOf(
                    Decoded.Rejected.class,
                    PointerJobCodec.decode(Samples.KEY.bytes(), text.getBytes(StandardCharsets.UTF_8)));
            assertEquals(FailureCode.UNDECODABLE, rejected.rejection().code());
        }
    }

    @Test
    void check_randomBytes_neverThrows() {
        var random = new java.util.Random(17);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = GOLDEN.getBytes(StandardCharsets.UTF_8);
            ByteBuffer damaged = ByteBuffer.wrap(bytes);
            for (int hit = 0; hit < 3; hit++) {
                damaged.put(random.nextInt(bytes.length), (byte) random.nextInt(256));
            }
            PointerJobCodec.decode(Samples.KEY.bytes(), bytes);
        }
    }

    static List<Class<?>> records() {
        List<Class<?>> records = new ArrayList<>(Shapes.cases(Pointer.class));
        records.add(PointerJob.class);
        return records;
    }

    /** Without this a new field of a record would be refused on every topic. */
    @ParameterizedTest
    @MethodSource("records")
    void check_everyFieldOfTheRecords_isKnown(Class<?> type) {
        for (String field : Shapes.fields(type)) {
            String text = field.equals("pointer") ? "{\"pointer\":{}}" : "{\"" + field + "\":1}";
            assertTrue(
                    check(type == PointerJob.class ? text : "{\"pointer\":" + text + "}")
                            .isEmpty(),
                    field);
        }
    }

    private static Optional<Rejection> check(String text) {
        return PointerOnlyGuard.check(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Rejection refused(String text) {
        return check(text).orElseThrow(() -> new AssertionError("passed: " + text));
    }

    /** By the guard, and by the decoder, which asks it first. */
    private static void assertRejected(FailureCode code, String text) {
        assertEquals(code, refused(text).code(), text);
        Decoded.Rejected decoded = assertInstanceOf(
                Decoded.Rejected.class,
                PointerJobCodec.decode(Samples.KEY.bytes(), text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(code, decoded.rejection().code(), text);
    }
}
