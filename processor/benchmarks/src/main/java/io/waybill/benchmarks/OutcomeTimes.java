package io.waybill.benchmarks;

import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Reads the outcomes as anybody does who takes only what is committed, and keeps for each job that is expected how long it took from the
 * moment for which its callback was planned. One thread reads; safe for use by many.
 */
public final class OutcomeTimes implements AutoCloseable {
    /** Further than any outcome may take that still counts. */
    private static final long MAX_MICROS = Duration.ofMinutes(10).toNanos() / 1000;

    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<String, Long> expected = new ConcurrentHashMap<>();
    private final AtomicLong others = new AtomicLong();
    private final Thread reader;
    private volatile boolean closed;
    private volatile Exception failure;

    // Guarded by this.
    private Histogram micros = histogram();

    /** @param servers of a broker whose topics exist; what was written before is not read */
    public OutcomeTimes(String servers) {
        KafkaConsumer<byte[], byte[]> consumer = OutcomeConsumer.fromNowOn(servers);
        reader = Thread.ofPlatform().name("outcomes").daemon().start(() -> read(consumer));
    }

    /** @param due when its callback is planned, of {@link System#nanoTime}; said before it is sent */
    public void expect(JobId job, long due) {
        expected.put(job.value(), due);
    }

    /** Outcomes of jobs that nobody expected, since the start. */
    public long others() {
        return others.get();
    }

    /** Waits until every expected job has its outcome. */
    public void awaitAll(Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (!expected.isEmpty()) {
            requireWell();
            if (System.nanoTime() > until) {
                throw new IllegalStateException(expected.size() + " of the expected jobs have no outcome after " + limit
                        + ", as " + expected.keySet().iterator().next());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        requireWell();
    }

    /** Waits until so many outcomes of others have come since the start. */
    public void awaitOthers(long count, Duration limit) throws InterruptedException {
        long until = System.nanoTime() + limit.toNanos();
        while (others.get() < count) {
            requireWell();
            if (System.nanoTime() > until) {
                throw new IllegalStateException(
                        others.get() + " of " + count + " further jobs have an outcome after " + limit);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** How long those took that came since the last call, in microseconds. */
    public synchronized Histogram take() {
        Histogram taken = micros;
        micros = histogram();
        return taken;
    }

    /** An empty one of the same bounds. */
    public static Histogram histogram() {
        return new Histogram(MAX_MICROS, 3);
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        try (consumer) {
            while (!closed) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    seen(record, now);
                }
            }
        } catch (IOException | RuntimeException failed) {
            failure = failed;
        }
    }

    private void seen(ConsumerRecord<byte[], byte[]> record, long now) throws IOException {
        Long due = expected.get(new String(record.key(), StandardCharsets.US_ASCII));
        if (due == null) {
            others.incrementAndGet();
            return;
        }
        JobOutcome outcome = JobOutcome.parse(record.value());
        if (outcome.result() != JobOutcome.Result.HANDLED) {
            throw new IllegalStateException("a job of which an outcome was expected was not handled: " + outcome);
        }
        synchronized (this) {
            micros.recordValue(Math.min(MAX_MICROS, (now - due) / 1000));
        }
        // After its time is written down: who waits for all of them takes the times next.
        expected.remove(outcome.jobId().value());
    }

    private void requireWell() {
        if (failure != null) {
            throw new IllegalStateException("the outcomes are not read any more", failure);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        reader.join(TimeUnit.SECONDS.toMillis(10));
    }
}
