package io.waybill.inbound;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** How long the stream threads were away from the broker and in what, by Kafka's own metrics, which forget: so they are read often. */
final class StreamThreadTimes implements AutoCloseable {
    /** How long a metric keeps a maximum, at least; twice as long at most, and so far a look may still see what was before the last. */
    static final Duration WINDOW = Duration.ofMillis(500);

    private static final Duration PERIOD = WINDOW.dividedBy(4);

    private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stream-thread-times").factory());
    private final List<Metric> betweenPolls;
    private final List<Metric> process;
    private final List<Metric> punctuate;
    private final List<Metric> rebalances;

    // Guarded by this.
    private double longestBetweenPolls;
    private double longestProcess;
    private double longestPunctuate;

    private StreamThreadTimes(KafkaStreams streams) {
        betweenPolls = metrics(streams, "consumer-metrics", "time-between-poll-max");
        process = metrics(streams, "stream-thread-metrics", "process-latency-max");
        punctuate = metrics(streams, "stream-thread-metrics", "punctuate-latency-max");
        rebalances = metrics(streams, "consumer-coordinator-metrics", "rebalance-total");
    }

    /** @param streams that are running: a thread that is replaced later is not watched */
    static StreamThreadTimes watch(KafkaStreams streams) {
        StreamThreadTimes times = new StreamThreadTimes(streams);
        var _ = times.reader.scheduleAtFixedRate(
                times::read, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        return times;
    }

    private static List<Metric> metrics(KafkaStreams streams, String group, String name) {
        // Each thread has a restore consumer as well, which has no group.
        Predicate<MetricName> wanted = metric -> metric.group().equals(group)
                && metric.name().equals(name)
                && !metric.tags().getOrDefault("client-id", "").endsWith("-restore-consumer");
        List<Metric> found = streams.metrics().entrySet().stream()
                .filter(each -> wanted.test(each.getKey()))
                .<Metric>map(each -> each.getValue())
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException("Kafka Streams has no metric " + group + " " + name);
        }
        return found;
    }

    private synchronized void read() {
        longestBetweenPolls = Math.max(longestBetweenPolls, max(betweenPolls));
        longestProcess = Math.max(longestProcess, max(process));
        longestPunctuate = Math.max(longestPunctuate, max(punctuate));
    }

    /** The longest since the last call, in milliseconds: between polls, in process(), in a punctuator; then rebalances since the start. */
    synchronized String take() {
        read();
        String times = String.format(
                Locale.ROOT, "%.1f %.1f %.1f %d", longestBetweenPolls, longestProcess, longestPunctuate, (long)
                        sum(rebalances));
        longestBetweenPolls = 0;
        longestProcess = 0;
        longestPunctuate = 0;
        return times;
    }

    /** NaN, where nothing was measured for a while, counts as 0. */
    private static double max(List<Metric> metrics) {
        return metrics.stream()
                .mapToDouble(StreamThreadTimes::value)
                .filter(value -> value > 0)
                .max()
                .orElse(0);
    }

    private static double sum(List<Metric> metrics) {
        return metrics.stream().mapToDouble(StreamThreadTimes::value).sum();
    }

    private static double value(Metric metric) {
        return ((Number) metric.metricValue()).doubleValue();
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }
}
