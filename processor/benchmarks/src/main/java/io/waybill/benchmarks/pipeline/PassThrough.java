package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.Topics;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** The limit of anything on Streams: what comes in goes out as it is, in transactions, and nobody looks at it. */
final class PassThrough implements Arm {
    private final LongAdder done = new LongAdder();
    private final StreamsRun streams;

    PassThrough(ArmSpec spec) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Topics.POINTERS.name(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .peek((_, _) -> done.increment())
                .to(Topics.OUTCOMES.name(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        streams = StreamsRun.start(spec, builder, _ -> {});
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public void close() {
        streams.close();
    }
}
