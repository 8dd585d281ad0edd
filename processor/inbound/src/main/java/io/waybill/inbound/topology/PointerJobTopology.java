package io.waybill.inbound.topology;

import static io.waybill.contracts.Topics.DEAD_LETTERS;
import static io.waybill.contracts.Topics.OUTCOMES;
import static io.waybill.contracts.Topics.POINTERS;
import static io.waybill.contracts.Topics.RETRY;

import io.waybill.contracts.Topic;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The page.
 *
 * <pre>
 * mail.pointers ───────┬─ decode ─ deduplicate ─ execute ─ route ─┬─ mail.outcomes
 * mail.pointers.retry ─┘              │             │             ├─ mail.pointers.retry
 *                                 [settled]  [jobs] [waiting]     ├─ mail.pointers.dlq
 *                                         [schedule] [cursors]    └─ mail.pointers   (what listing found)
 * </pre>
 *
 * <p>One sub-topology, no repartition topic: the record key is the mailbox, so its jobs, rows, cursor and throttle belong to one task.
 * Every stage runs on the task's stream thread; only execute hands work to virtual threads, and takes their results back.
 */
public final class PointerJobTopology {
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    private PointerJobTopology() {}

    /** Adds the pipeline to the builder and returns its end. */
    public static KStream<byte[], Outbound> build(StreamsBuilder builder, StageContext context) {
        Stores.all().forEach(builder::addStateStore);

        KStream<byte[], Step> decoded = builder.stream(
                        List.of(POINTERS.name(), RETRY.name()),
                        Consumed.with(BYTES, BYTES).withName("pointers"))
                .process(DecodeStage::new, Named.as("decode"));

        KStream<byte[], Step> fresh = decoded.process(
                () -> new DeduplicateStage(context),
                Named.as("deduplicate"),
                Stores.SETTLED,
                Stores.JOBS,
                Stores.WAITING);

        KStream<byte[], Step> ended = fresh.process(
                () -> new ExecuteStage(context),
                Named.as("execute"),
                Stores.SETTLED,
                Stores.JOBS,
                Stores.WAITING,
                Stores.SCHEDULE,
                Stores.CURSORS);

        KStream<byte[], Outbound> routed = ended.process(() -> new RouteStage(context), Named.as("route"));

        var sinks = routed.split(Named.as("to-"));
        for (Topic topic : List.of(OUTCOMES, RETRY, DEAD_LETTERS, POINTERS)) {
            sinks = sinks.branch(
                    (_, record) -> record.topic().equals(topic),
                    Branched.withConsumer(
                            records -> records.to(
                                    topic.name(),
                                    Produced.with(BYTES, Outbound.SERDE).withName("sink-" + topic.name())),
                            topic.name()));
        }
        sinks.noDefaultBranch();
        return routed;
    }
}
