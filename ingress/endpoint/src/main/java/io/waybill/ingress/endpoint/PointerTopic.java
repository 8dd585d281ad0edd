package io.waybill.ingress.endpoint;

import io.micronaut.configuration.kafka.ProducerRegistry;
import io.micronaut.context.exceptions.BeanContextException;
import io.micronaut.core.type.Argument;
import io.waybill.contracts.KafkaRecordSender;
import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer {@code kafka.producers.pointers} as micronaut-kafka makes it, opened beside the start: the application comes up
 * without a broker, and the first request does not pay for the topic's metadata.
 */
public final class PointerTopic implements RecordSender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PointerTopic.class);
    private static final Argument<byte[]> BYTES = Argument.of(byte[].class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

    private final ProducerRegistry registry;
    private final Thread opening;
    private volatile RecordSender sender;

    public PointerTopic(ProducerRegistry registry) {
        this.registry = registry;
        this.opening = Thread.ofVirtual().name("pointer-topic-open").unstarted(this::open);
    }

    /** Begins to look for the topic. */
    public PointerTopic start() {
        opening.start();
        return this;
    }

    /** Whether the topic was found. */
    public boolean isFound() {
        return sender != null;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        RecordSender open = sender;
        return open == null
                ? CompletableFuture.failedFuture(new KafkaException("the topic was not found yet"))
                : open.send(record);
    }

    private void open() {
        boolean told = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Producer<byte[], byte[]> made = registry.getProducer("pointers", BYTES, BYTES);
                if (!made.partitionsFor(Topics.POINTERS.name()).isEmpty()) {
                    sender = new KafkaRecordSender(() -> made);
                    LOG.atInfo().addKeyValue("topic", Topics.POINTERS.name()).log("pointer_topic_found");
                    return;
                }
            } catch (KafkaException | BeanContextException absent) {
                if (!told) {
                    told = true;
                    LOG.atWarn()
                            .addKeyValue("topic", Topics.POINTERS.name())
                            .addKeyValue("cause", absent.getClass().getSimpleName())
                            .log("pointer_topic_awaited");
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_FAILURE.toMillis());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** The producer itself is closed by the registry that made it. */
    @Override
    public void close() {
        opening.interrupt();
    }
}
