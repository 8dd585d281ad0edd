package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.PointerJobCodec.Decoded;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PointerJobCodecTest {
    private static final byte[] KEY = Samples.KEY.bytes();

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

    @Test
    void decode_valueOfAnotherKind_isRefused() {
        String imap = Golden.of("pointer-job.imap-recovered").text();
        for (String other : List.of("1", "1.0", "true", "false", "\"\"", "\" \"")) {
            for (String field : List.of("jobId", "mailboxId", "incarnation", "messageIdHash")) {
                assertDamagedIsRefused(imap, field, other);
            }
            assertDamagedIsRefused(Golden.of("pointer-job.changes").text(), "reason", other);
        }
        for (String other :
                List.of("1.0", "1e3", "true", "\"\"", "\" \"", "\"1\"", "4294967296", "9223372036854775808")) {
            assertDamagedIsRefused(imap, "uid", other);
        }
        for (String other : List.of("0", "1", "1.0", "\"\"", "\" \"", "\"true\"")) {
            assertDamagedIsRefused(imap, "recovered", other);
        }
    }

    private static void assertDamagedIsRefused(String golden, String field, String other) {
        String damaged = golden.replaceAll("\"" + field + "\":(\"[^\"]*\"|[^,}]*)", "\"" + field + "\":" + other);
        assertNotEquals(golden, damaged);
        assertRejected(FailureCode.UNDECODABLE, KEY, damaged);
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
