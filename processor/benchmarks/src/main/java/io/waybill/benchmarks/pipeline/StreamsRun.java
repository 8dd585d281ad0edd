package io.waybill.benchmarks.pipeline;

import io.waybill.inbound.PipelineInstance;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams with the settings of the pipeline, exactly_once_v2 among them, for the arms that are compared with it. */
final class StreamsRun implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

    static final String LIFE = "measured";

    private final KafkaStreams streams;

    private StreamsRun(KafkaStreams streams) {
        this.streams = streams;
    }

    /** The settings of the pipeline, with a name of this round's own: new state and new offsets begin with it. */
    static Properties config(ArmSpec spec) {
        Properties config = PipelineInstance.config(spec.bootstrapServers(), spec.directory(), LIFE);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, spec.applicationId());
        return config;
    }

    /** @param further sets what is different from the pipeline */
    static StreamsRun start(ArmSpec spec, StreamsBuilder builder, Consumer<Properties> further) {
        Properties config = config(spec);
        further.accept(config);
        KafkaStreams streams = new KafkaStreams(builder.build(), config);
        streams.setUncaughtExceptionHandler(ArmProcess::halt);
        streams.start();
        return new StreamsRun(streams);
    }

    @Override
    public void close() {
        if (!streams.close(CLOSE_LIMIT)) {
            throw new IllegalStateException("Kafka Streams did not stop within " + CLOSE_LIMIT);
        }
    }
}
