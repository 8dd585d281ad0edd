package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.waybill.contracts.PointerJobCodec.Decoded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PointerJobCodecTest {
    private static final byte[] KEY = Samples.KEY.bytes();
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|[^\",{}]+)");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "42",
            "1.0",
            "1e3",
            "4294967296",
            "9223372036854775808",
            "1".repeat(33),
            "\"\"",
            "\" \"",
            "\"1\"",
            "\"true\"",
            "\"x\"",
            "\"INBOX\"",
            "\"inbox\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"push\"",
            "\"PUSH\"",
            "\"imap\"",
            "\"google\"",
            "\"changes\"",
            "\"2026-01-02T03:04:05Z\"",
            "\"2026-01-02\"");

    static List<Golden> golden() {
        return Golden.all("pointer-job");
    }

    @ParameterizedTest
    @MethodSource("golden")
    void golden_isReadAndWrittenByteForByte(Golden golden) {
        PointerJob job = decode(golden.text());
        assertArrayEquals(golden.bytes(), PointerJobCodec.encode(job), golden.name());
    }

    @Test
    void golden_hasEveryPointer() {
        Set<Class<?>> seen = new HashSet<>();
        golden().forEach(file -> seen.add(decode(file.text()).pointer().getClass()));
        assertEquals(Set.copyOf(Shapes.cases(Pointer.class)), seen);
    }

    @Test
    void encode_largestPointers_fit() {
        for (Pointer pointer : List.of(
                new MicrosoftPointer("s".repeat(64), "m".repeat(512), "c".repeat(16)),
                new GooglePointer("f".repeat(32)),
                new ImapPointer("\"".repeat(255), 4_294_967_295L, 4_294_967_295L, "h".repeat(64), true),
                new ImapPointer("\u20ac".repeat(255), 1, 1, null, null),
                new ChangesPointer(ChangesPointer.Reason.CONNECTED, "\ud83d\udcee".repeat(127), "h".repeat(64)))) {
            PointerJob job =
                    PointerJob.of(new MailboxKey("t".repeat(63), "m".repeat(63)), "i".repeat(64), pointer, Samples.NOW);
            byte[] value = PointerJobCodec.encode(job);
            assertTrue(value.length < PointerJob.MAX_BYTES);
            Decoded.Job decoded = assertInstanceOf(
                    Decoded.Job.class, PointerJobCodec.decode(job.mailbox().bytes(), value));
            assertEquals(job, decoded.job());
        }
    }

    @Test
    void encode_foreignId_isRefused() {
        PointerJob job = Samples.job();
        PointerJob forged = new PointerJob(
                1, JobId.random(), job.tenantId(), job.mailboxId(), job.incarnation(), job.enqueuedAt(), job.pointer());
        assertThrows(IllegalArgumentException.class, () -> PointerJobCodec.encode(forged));
    }

    @Test
    @DisplayName("A22 a pointer under another tenant's key, or with another tenant's job id, is refused")
    void decode_foreignIdentity_isRefused() {
        String golden = Golden.of("pointer-job.imap").text();
        for (String key : List.of("globex/support", "acme/sales", "acme/support/", "acme", "", "ACME/support")) {
            assertRejected(FailureCode.IDENTITY_MISMATCH, key.getBytes(StandardCharsets.UTF_8), golden);
        }
        assertRejected(FailureCode.IDENTITY_MISMATCH, null, golden);
        assertRejected(
                FailureCode.IDENTITY_MISMATCH,
                "globex/support".getBytes(StandardCharsets.UTF_8),
                golden.replace("\"acme\"", "\"globex\""));
        assertRejected(FailureCode.IDENTITY_MISMATCH, KEY, golden.replace("\"uid\":42", "\"uid\":43"));
        assertRejected(FailureCode.IDENTITY_MISMATCH, KEY, golden.replace("inc-1", "inc-2"));
        assertRejected(FailureCode.IDENTITY_MISMATCH, KEY, golden.replace("\"INBOX\"", "\"Sent\""));
    }

    @Test
    void decode_notOfThisVersion_isRefused() {
        String golden = Golden.of("pointer-job.imap").text();
        for (String other : List.of("2", "0", "-1", "\"1\"", "1.0", "null", "true")) {
            assertRejected(
                    FailureCode.UNDECODABLE, KEY, golden.replace("\"schemaVersion\":1", "\"schemaVersion\":" + other));
        }
        assertRejected(FailureCode.UNDECODABLE, KEY, golden.replace("\"type\":\"imap\"", "\"type\":\"pop3\""));
        assertRejected(FailureCode.UNDECODABLE, KEY, golden.replace("\"type\":\"imap\",", ""));
        assertRejected(FailureCode.UNDECODABLE, KEY, golden.replace("2026-01-02T03:04:05.678Z", "yesterday"));
        assertRejected(FailureCode.UNDECODABLE, KEY, golden.replace("\"2026-01-02T03:04:05.678Z\"", "1767323045"));
    }

    @Test
    void decode_anotherProvidersField_isRefused() {
        assertRejected(
                FailureCode.UNDECODABLE,
                KEY,
                Golden.of("pointer-job.google").text().replace("\"messageId\"", "\"folder\":\"x\",\"messageId\""));
    }

    /** It is read by hand; data binding is the second opinion. */
    @Test
    void decode_damagedFields_saysWhatDataBindingSays() throws IOException {
        ObjectMapper mapper = Json.mapper(4, PointerJob.MAX_BYTES);
        // Blanks are no truth and a number is no text, as the schema has it; left to itself, binding makes the one of
        // the other.
        for (LogicalType type : List.of(LogicalType.Boolean, LogicalType.Integer)) {
            mapper.coercionConfigFor(type)
                    .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.String, CoercionAction.Fail);
        }
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        ObjectReader binding = mapper.readerFor(PointerJob.class);
        List<Golden> golden = golden();
        Random random = new Random(11);
        int jobs = 0;
        for (int i = 0; i < 50_000; i++) {
            String text = damage(golden.get(random.nextInt(golden.size())).text(), random);
            byte[] value = text.getBytes(StandardCharsets.UTF_8);
            FailureCode expected = expected(binding, value);
            switch (PointerJobCodec.decode(KEY, value)) {
                case Decoded.Job decoded -> {
                    assertNull(expected, text);
                    assertEquals(binding.readValue(value), decoded.job(), text);
                    jobs++;
                }
                case Decoded.Rejected rejected ->
                    assertEquals(expected, rejected.rejection().code(), text);
            }
        }
        assertTrue(jobs > 1_000, "only " + jobs + " were left whole");
    }

    private static FailureCode expected(ObjectReader binding, byte[] value) {
        Optional<Rejection> guarded = PointerOnlyGuard.check(value);
        if (guarded.isPresent()) {
            return guarded.get().code();
        }
        try {
            PointerJob job = binding.readValue(value);
            boolean own = Arrays.equals(KEY, job.mailbox().bytes()) && job.hasOwnIdentity();
            return own ? null : FailureCode.IDENTITY_MISMATCH;
        } catch (IOException | IllegalArgumentException invalid) {
            return FailureCode.UNDECODABLE;
        }
    }

    /** One or two fields lost, doubled, moved, renamed, or with another value. */
    private static String damage(String text, Random random) {
        String damaged = text;
        for (int hits = 1 + random.nextInt(2); hits > 0; hits--) {
            List<MatchResult> fields = FIELD.matcher(damaged).results().toList();
            if (fields.isEmpty()) {
                return damaged;
            }
            MatchResult field = fields.get(random.nextInt(fields.size()));
            MatchResult other = fields.get(random.nextInt(fields.size()));
            String before = damaged.substring(0, field.start());
            String after = damaged.substring(field.end());
            String value = VALUES.get(random.nextInt(VALUES.size()));
            damaged = switch (random.nextInt(5)) {
                case 0 -> before + field.group().replace(field.group(2), value) + after;
                case 1 -> (before + after).replace(",,", ",").replace("{,", "{").replace(",}", "}");
                case 2 -> before + field.group() + "," + field.group() + after;
                case 3 -> before + other.group() + after;
                default -> before + field.group() + "," + other.group() + after;
            };
        }
        return damaged;
    }

    private static PointerJob decode(String value) {
        return assertInstanceOf(
                        Decoded.Job.class, PointerJobCodec.decode(KEY, value.getBytes(StandardCharsets.UTF_8)), value)
                .job();
    }

    private static void assertRejected(FailureCode code, byte[] key, String value) {
        Decoded.Rejected rejected = assertInstanceOf(
                Decoded.Rejected.class, PointerJobCodec.decode(key, value.getBytes(StandardCharsets.UTF_8)), value);
        assertEquals(code, rejected.rejection().code(), value);
    }
}
