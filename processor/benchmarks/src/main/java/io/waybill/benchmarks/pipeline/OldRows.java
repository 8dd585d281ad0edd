package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.MeasuredMailbox;
import io.waybill.benchmarks.PointerProducers;
import io.waybill.inbound.topology.OldSettlements;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The jobs that this pipeline settled in the days before. Each round's application has a changelog of its own that begins with them;
 * the pipeline restores them as after a move to another machine, and then adds what the round does. So every round begins alike, for
 * the seconds that writing and restoring take.
 */
final class OldRows {
    /** Within the horizon, so that none expires meanwhile. */
    private static final Duration OLDEST = Duration.ofDays(13);

    private static final int DISTINCT_TIMES = 1000;
    private static final int LINGER_MS = 20;

    private final byte[][] keys;
    private final byte[][] values = new byte[DISTINCT_TIMES][];
    private final int[] partitions = Jobs.ALL_MAILBOXES.stream()
            .mapToInt(mailbox -> MeasuredMailbox.partition(mailbox, BenchmarkTopics.PARTITIONS))
            .toArray();

    OldRows(int count) {
        keys = new byte[count][];
        for (int i = 0; i < count; i++) {
            keys[i] = OldSettlements.key(Jobs.old(i));
        }
        Instant now = Instant.now();
        for (int i = 0; i < DISTINCT_TIMES; i++) {
            values[i] = OldSettlements.handled(
                    now.minus(OLDEST.dividedBy(DISTINCT_TIMES).multipliedBy(i)));
        }
    }

    /** Returns when the broker has them all. */
    void writeFor(String applicationId, String bootstrapServers) {
        String changelog = OldSettlements.changelog(applicationId);
        try (KafkaProducer<byte[], byte[]> producer = PointerProducers.producer(bootstrapServers, LINGER_MS)) {
            for (int i = 0; i < keys.length; i++) {
                var _ = producer.send(new ProducerRecord<>(
                        changelog, partitions[i % partitions.length], keys[i], values[i % DISTINCT_TIMES]));
            }
        }
    }
}
