package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sources.FetchResult;
import io.waybill.sources.http.ScriptedApi.Answer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls for one mailbox that are under way together. */
class GmailConcurrencyTest {
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch four = new CountDownLatch(4);

    @Test
    @Timeout(60)
    @DisplayName("four calls at a time for a mailbox, with one token")
    void fetch_manyAtOnce_areFourAtATime(@TempDir Path directory) throws Exception {
        try (ScriptedGmail gmail = new ScriptedGmail(directory)) {
            List<Future<FetchResult>> results = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 40; i++) {
                    gmail.answer(new Answer(200, Map.of(), this::body, 0));
                    results.add(threads.submit(() -> gmail.fetch()));
                }
            }
            for (Future<FetchResult> result : results) {
                assertInstanceOf(FetchResult.Fetched.class, result.get()).discard();
            }
            assertEquals(1, gmail.tokens.requests().size());
        }
        assertEquals(4, most.get());
    }

    private InputStream body() {
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        four.countDown();
        try {
            assertTrue(four.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        // Before its last sign is sent, the call cannot end.
        return new SequenceInputStream(
                new ByteArrayInputStream("{\"raw\":\"QUJD\"".getBytes(StandardCharsets.US_ASCII)), new InputStream() {
                    private boolean sent;

                    @Override
                    public int read() {
                        if (sent) {
                            return -1;
                        }
                        sent = true;
                        underWay.decrementAndGet();
                        return '}';
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) {
                        int sign = length == 0 ? -1 : read();
                        if (sign < 0) {
                            return length == 0 ? 0 : -1;
                        }
                        target[offset] = (byte) sign;
                        return 1;
                    }
                });
    }
}
