package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.RawMail;
import io.waybill.sources.http.ScriptedApi.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A message of 64 MiB, 86 MiB of JSON, while all mail of the process may have 2 MiB of memory. */
@Timeout(120)
class LargeMessageTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 64 * MIB;

    private final ByteBudget budget = new ByteBudget(2 * MIB, 96L * MIB);
    private ScriptedGmail gmail;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        gmail = new ScriptedGmail(directory, GmailQuota.DEFAULTS, budget, Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        gmail.close();
    }

    @Test
    @DisplayName("the message is on disk as far as it has come, and in memory never")
    void fetch_largeMessage_goesThroughToTheDisk() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        gmail.answer(message("\"sizeEstimate\":" + SIZE + ",", half));
        FutureTask<FetchResult> fetch = new FutureTask<>(gmail::fetch);
        Thread.ofVirtual().start(fetch);
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> budget.diskInUse() >= SIZE && budget.memoryInUse() > 0);
            assertTrue(budget.memoryInUse() <= 64 << 10, "while it comes in: " + budget.memoryInUse());
        } finally {
            half.countDown();
        }
        assertWhole(fetch.get());
    }

    @Test
    @DisplayName("it need not be told how large the message is, but it takes room as the message grows")
    void fetch_largeMessageWithoutItsSize_takesRoomAsItGrows() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        gmail.answer(message("", half));
        FutureTask<FetchResult> fetch = new FutureTask<>(gmail::fetch);
        Thread.ofVirtual().start(fetch);
        try {
            // All that was sent but what lies in buffers on the way, decoded before the other half is sent.
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> budget.diskInUse() > SIZE / 2 - 4 * MIB);
            assertTrue(budget.diskInUse() <= SIZE / 2 + 2 * MIB, "on disk: " + budget.diskInUse());
        } finally {
            half.countDown();
        }
        assertWhole(fetch.get());
    }

    @Test
    @DisplayName("a message that alone is larger than all mail in work may be is not waited for")
    void fetch_largerThanTheBudget_isTooLarge() {
        gmail.answer(message("\"sizeEstimate\":" + 100L * MIB + ",", new CountDownLatch(0)));
        Failure failure =
                assertInstanceOf(FetchResult.Failed.class, gmail.fetch()).failure();
        assertEquals(FailureCode.MESSAGE_TOO_LARGE, failure.code());
    }

    private void assertWhole(FetchResult result) throws Exception {
        try (RawMail mail = assertInstanceOf(FetchResult.Fetched.class, result).mail()) {
            assertEquals(SIZE, mail.size());
            assertEquals(0, budget.memoryInUse());
            assertEquals(digest(new Noise(SIZE)), digest(mail.open()));
        }
    }

    private static String digest(InputStream in) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream through = new DigestInputStream(in, digest)) {
            through.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** @param half opens for the second half of the message */
    private static Answer message(String before, CountDownLatch half) {
        Supplier<InputStream> body = () -> new SequenceInputStream(Collections.enumeration(List.of(
                text("{\"id\":\"" + ScriptedGmail.ID + "\",\"labelIds\":[\"INBOX\"]," + before + "\"raw\":\""),
                new Encoded(new Noise(SIZE), SIZE / 2, half),
                text("\",\"internalDate\":\"1793527200000\"}"))));
        return new Answer(200, Map.of(), body, 0);
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Bytes of no pattern, the same each time. */
    private static final class Noise extends InputStream {
        private final Random random = new Random(7);
        private int left;

        Noise(int size) {
            left = size;
        }

        @Override
        public int read() {
            return left-- > 0 ? random.nextInt(256) : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = Math.min(length, Math.max(0, left));
            for (int i = offset; i < offset + count; i++) {
                target[i] = (byte) read();
            }
            return count == 0 && length > 0 ? -1 : count;
        }
    }

    /** Base64 in pieces without padding between them; waits where it is told to. */
    private static final class Encoded extends InputStream {
        private static final int PIECE = 48 << 10;

        private final InputStream plain;
        private final CountDownLatch gate;
        private final int waitAt;
        private int taken;
        private InputStream piece = InputStream.nullInputStream();

        Encoded(InputStream plain, int waitAt, CountDownLatch gate) {
            this.plain = plain;
            this.waitAt = waitAt;
            this.gate = gate;
        }

        @Override
        public int read() throws IOException {
            int next = piece.read();
            return next >= 0 || !more() ? next : piece.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = piece.read(bytes, offset, length);
            return count >= 0 || !more() ? count : piece.read(bytes, offset, length);
        }

        private boolean more() {
            try {
                if (taken >= waitAt && !gate.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("nobody opened the gate");
                }
                byte[] next = plain.readNBytes(PIECE);
                taken += next.length;
                piece = new ByteArrayInputStream(Base64.getUrlEncoder().encode(next));
                return next.length > 0;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }
}
