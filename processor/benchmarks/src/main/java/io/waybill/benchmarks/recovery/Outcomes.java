package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.OutcomeConsumer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;

/** The committed outcomes, as somebody sees them who reads along from now on: which, how often, and when first. */
final class Outcomes implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Thread reader;

    /** @param at milliseconds of the epoch, our clock */
    private record Seen(long at, int times) {}

    /**
     * What is wrong with the outcomes: nothing, if everything is well.
     *
     * @param lost jobs without one
     * @param doubled jobs with more than one
     * @param strange jobs with one that should have none
     */
    record Verdict(int lost, int doubled, int strange) {
        boolean isGood() {
            return lost == 0 && doubled == 0 && strange == 0;
        }

        void requireGood() {
            if (!isGood()) {
                throw new IllegalStateException("the outcomes are wrong: " + lost + " lost, " + doubled + " doubled, "
                        + strange + " of jobs that were settled before");
            }
        }
    }

    Outcomes(String servers) {
        consumer = OutcomeConsumer.fromNowOn(servers);
        reader = Thread.ofPlatform().name("outcomes").daemon().start(this::read);
    }

    private void read() {
        try (consumer) {
            while (true) {
                var records = consumer.poll(POLL);
                long now = System.currentTimeMillis();
                records.forEach(record -> seen.merge(
                        new String(record.key(), StandardCharsets.US_ASCII),
                        new Seen(now, 1),
                        (before, _) -> new Seen(before.at(), before.times() + 1)));
            }
        } catch (WakeupException closed) {
            // That is how it ends.
        }
    }

    /** Jobs that have one. */
    int count() {
        return seen.size();
    }

    /** When this job's appeared. */
    OptionalLong at(String job) {
        Seen one = seen.get(job);
        return one == null ? OptionalLong.empty() : OptionalLong.of(one.at());
    }

    /** The earliest of those that are there; throws where there is none. */
    long firstOf(Collection<String> jobs) {
        return jobs.stream()
                .map(this::at)
                .flatMapToLong(OptionalLong::stream)
                .min()
                .orElseThrow();
    }

    /** When the last job's appeared; throws where there is none. */
    long last() {
        return seen.values().stream().mapToLong(Seen::at).max().orElseThrow();
    }

    boolean hasAll(Collection<String> jobs) {
        return seen.keySet().containsAll(jobs);
    }

    /** @param announced every job that is to have one */
    Verdict judge(Collection<String> announced) {
        Set<String> strange = new HashSet<>(seen.keySet());
        strange.removeAll(Set.copyOf(announced));
        return new Verdict(
                (int) announced.stream().filter(job -> !seen.containsKey(job)).count(),
                (int) seen.values().stream().filter(one -> one.times() > 1).count(),
                strange.size());
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        reader.join();
    }
}
