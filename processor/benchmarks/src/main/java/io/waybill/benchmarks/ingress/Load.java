package io.waybill.benchmarks.ingress;

import io.waybill.benchmarks.Connection;
import io.waybill.benchmarks.Pace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Posts callbacks of messages that nobody announced before, as a provider does. */
final class Load {
    /** Further than any answer may take. */
    private static final long MAX_MICROS = Duration.ofMinutes(1).toNanos() / 1000;

    private final Callbacks callbacks;
    private final AtomicLong messages = new AtomicLong();

    Load(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    /**
     * What came back.
     *
     * @param accepted requests that were accepted
     * @param unavailable requests with 503
     * @param took from the first request to the last answer
     * @param micros how long the answers took
     */
    record Answers(long accepted, long unavailable, Duration took, Histogram micros) {
        double acceptedPerSecond() {
            return accepted / (took.toNanos() / 1e9);
        }
    }

    /** As many as the ingress takes: each connection sends the next request when it has its answer. */
    Answers flood(int port, int connections, int items, Duration time) throws InterruptedException {
        return run(port, connections, items, time, 0);
    }

    /**
     * So many requests a second, whatever the ingress does. An answer's time counts from the moment for which its request was planned:
     * one that had to wait for a connection has waited for the ingress.
     */
    Answers steady(int port, int connections, int items, Duration time, double requestsPerSecond)
            throws InterruptedException {
        return run(port, connections, items, time, (long) (1e9 / requestsPerSecond));
    }

    /** @param interval between two requests in nanoseconds; 0: none */
    private Answers run(int port, int connections, int items, Duration time, long interval)
            throws InterruptedException {
        AtomicLong requests = new AtomicLong();
        List<Future<Answers>> running = new ArrayList<>();
        long began = System.nanoTime();
        long end = began + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                running.add(threads.submit(() -> post(port, items, requests, began, end, interval)));
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        Histogram micros = histogram();
        long accepted = 0;
        long unavailable = 0;
        for (Future<Answers> one : running) {
            Answers part = answers(one);
            accepted += part.accepted();
            unavailable += part.unavailable();
            micros.add(part.micros());
        }
        return new Answers(accepted, unavailable, took, micros);
    }

    private Answers post(int port, int items, AtomicLong requests, long began, long end, long interval)
            throws IOException {
        Histogram micros = histogram();
        Callbacks.Request request = callbacks.request(port, items);
        long accepted = 0;
        long unavailable = 0;
        try (Connection connection = new Connection(port)) {
            while (true) {
                long number = requests.getAndIncrement();
                long due = interval == 0 ? System.nanoTime() : began + number * interval;
                if (due >= end) {
                    return new Answers(accepted, unavailable, Duration.ZERO, micros);
                }
                Pace.await(due);
                int status = connection.send(request.of(number, messages.getAndAdd(items)));
                micros.recordValue(Math.min(MAX_MICROS, (System.nanoTime() - due) / 1000));
                if (status == callbacks.accepted()) {
                    accepted++;
                } else if (status == 503) {
                    unavailable++;
                } else {
                    throw new IllegalStateException("the ingress answered " + status);
                }
            }
        }
    }

    private static Answers answers(Future<Answers> one) throws InterruptedException {
        try {
            return one.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
    }

    private static Histogram histogram() {
        return new Histogram(MAX_MICROS, 3);
    }
}
