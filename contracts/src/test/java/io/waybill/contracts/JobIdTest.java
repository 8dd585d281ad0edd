package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobIdTest {
    /** Computed by another program. If one of these changes, every mail that was handled is handled again. */
    static Stream<Arguments> golden() {
        return Stream.of(
                Arguments.of(
                        new MicrosoftPointer("any", "AAMkADk0=AbC_-", "created"),
                        "2afllnbz4jow5fccgjbfjdqt7lzmvcug7oa36tukieuuuijgzewa"),
                Arguments.of(
                        new GooglePointer("18c3f0a1b2c3d4e5"), "2umw2o35wfvujffs6ecz34lr4izem42jbku36r4w42n3wwjtw6ca"),
                Arguments.of(
                        ImapPointer.of("INBOX", 1_700_000_000, 42),
                        "jixh7wfydyamopmqxhrjns4g6skl5p5t4nryq6s7j6l3mmkamvqa"),
                Arguments.of(
                        ImapPointer.of("Vorgänge/Ärger", 4_294_967_295L, 1),
                        "6c6e6ehvfavgyvxjcxo3ljfosip2t2v4uh5vtrlqruacy4l6bk3a"));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void of_neverChanges(MessagePointer pointer, String id) {
        assertEquals(id, JobId.of(Samples.KEY, "inc-1", pointer).value());
    }

    @Test
    void of_eachFieldCounts() {
        Set<JobId> ids = new HashSet<>();
        MessagePointer imap = ImapPointer.of("INBOX", 1, 2);
        List<JobId> different = List.of(
                JobId.of(Samples.KEY, "inc-1", imap),
                JobId.of(new MailboxKey("acm", "esupport"), "inc-1", imap),
                JobId.of(new MailboxKey("support", "acme"), "inc-1", imap),
                JobId.of(new MailboxKey("acme", "support2"), "inc-1", imap),
                JobId.of(Samples.KEY, "inc-2", imap),
                JobId.of(Samples.KEY, "inc-1", ImapPointer.of("INBOX2", 1, 2)),
                JobId.of(Samples.KEY, "inc-1", ImapPointer.of("INBOX", 2, 2)),
                JobId.of(Samples.KEY, "inc-1", ImapPointer.of("INBOX", 1, 3)),
                // Without the lengths before the fields these two would be one.
                JobId.of(Samples.KEY, "inc-1", ImapPointer.of("INBOX", 12, 2)),
                JobId.of(Samples.KEY, "inc-1", ImapPointer.of("INBOX", 1, 22)),
                JobId.of(Samples.KEY, "inc-1", new GooglePointer("abc")),
                JobId.of(Samples.KEY, "inc-1", new MicrosoftPointer(null, "abc", null)),
                // Graph's ids differ in case.
                JobId.of(Samples.KEY, "inc-1", new MicrosoftPointer(null, "abC", null)));
        ids.addAll(different);
        assertEquals(different.size(), ids.size());
    }

    @Test
    @DisplayName("A13 i however a message is announced, it is one job")
    void of_whatIsNoIdentity_doesNotCount() {
        assertEquals(
                JobId.of(Samples.KEY, "inc-1", ImapPointer.of("INBOX", 1, 2)),
                JobId.of(Samples.KEY, "inc-1", new ImapPointer("inbox", 1, 2, "hash", true)));
        assertEquals(
                JobId.of(Samples.KEY, "inc-1", new MicrosoftPointer("one", "id", "created")),
                JobId.of(Samples.KEY, "inc-1", new MicrosoftPointer(null, "id", null)));
    }

    @Test
    void base32_vectors() {
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) 0xFF);
        byte[] counting = new byte[32];
        for (int i = 0; i < 32; i++) {
            counting[i] = (byte) i;
        }
        assertEquals("a".repeat(52), JobId.of(new byte[32]).value());
        assertEquals("7".repeat(51) + "q", JobId.of(ones).value());
        assertEquals(
                "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq",
                JobId.of(counting).value());
    }

    @Test
    void bytes_areThoseItWasMadeOf() {
        Random random = new Random(17);
        for (int i = 0; i < 1000; i++) {
            byte[] raw = new byte[32];
            random.nextBytes(raw);
            assertArrayEquals(raw, new JobId(JobId.of(raw).value()).bytes());
        }
    }

    @Test
    void random_isAnotherEachTime() {
        assertNotEquals(JobId.random(), JobId.random());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPQ",
                "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp",
                "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypqa",
                "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypp",
                "1aaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq",
                "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypq\n",
            })
    void create_otherText_isRefused(String text) {
        assertFalse(JobId.isJobId(text));
        assertThrows(IllegalArgumentException.class, () -> new JobId(text));
    }
}
