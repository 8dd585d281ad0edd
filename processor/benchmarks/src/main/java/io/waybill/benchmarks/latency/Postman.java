package io.waybill.benchmarks.latency;

import io.waybill.benchmarks.Connection;
import io.waybill.benchmarks.OutcomeTimes;
import io.waybill.benchmarks.Pace;
import io.waybill.benchmarks.latency.Arrivals.Arrival;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Posts each notification at its time, whatever became of those before. */
final class Postman {
    /** Each has one request at a time. */
    private static final int CONNECTIONS = 32;

    /** As the ingress asks for with a 503. */
    private static final long AGAIN_MS = 1_000;

    private final int port;
    private final OutcomeTimes outcomes;
    private final AtomicLong refused = new AtomicLong();

    Postman(int port, OutcomeTimes outcomes) {
        this.port = port;
        this.outcomes = outcomes;
    }

    /** How many requests got a 503 so far. Each is sent again, as Graph does, and its time goes on. */
    long refused() {
        return refused.get();
    }

    /** Returns when the last is accepted. */
    void deliver(List<Arrival> arrivals, double perSecond) throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        Pace pace = Pace.of(perSecond);
        List<Future<?>> rounds = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                rounds.add(threads.submit(() -> {
                    post(arrivals, next, pace);
                    return null;
                }));
            }
        }
        for (Future<?> round : rounds) {
            round.get();
        }
    }

    private void post(List<Arrival> arrivals, AtomicInteger next, Pace pace) throws IOException, InterruptedException {
        try (Connection connection = new Connection(port)) {
            for (int i = next.getAndIncrement(); i < arrivals.size(); i = next.getAndIncrement()) {
                Pace.await(pace.due(i));
                outcomes.expect(arrivals.get(i).job(), pace.due(i));
                int status = connection.send(arrivals.get(i).post());
                while (status == 503) {
                    refused.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
                    status = connection.send(arrivals.get(i).post());
                }
                if (status != 202) {
                    throw new IllegalStateException("the ingress answered " + status);
                }
            }
        }
    }
}
