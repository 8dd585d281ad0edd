package io.waybill.ingress.endpoint;

import io.waybill.contracts.KafkaRecordSender;
import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the pointers go, looked for beside the start: the application comes up without a broker, and the first request does not pay for
 * the topic's metadata.
 */
public final class PointerTopic implements RecordSender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PointerTopic.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

    private final KafkaRecordSender sender;
    private final Thread opening;
    private volatile boolean found;

    /** @param sender closed with this */
    public PointerTopic(KafkaRecordSender sender) {
        this.sender = sender;
        this.opening = Thread.ofVirtual().name("pointer-topic-open").unstarted(this::open);
    }

    /** Begins to look for the topic. */
    public PointerTopic start() {
        opening.start();
        return this;
    }

    /** Whether the topic was found. */
    public boolean isFound() {
        return found;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return found
                ? sender.send(record)
                : CompletableFuture.failedFuture(new KafkaException("the topic was not found yet"));
    }

    private void open() {
        boolean told = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (sender.finds(Topics.POINTERS)) {
                    found = true;
                    LOG.atInfo().addKeyValue("topic", Topics.POINTERS.name()).log("pointer_topic_found");
                    return;
                }
            } catch (RuntimeException absent) {
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

    @Override
    public void close() {
        opening.interrupt();
        sender.close();
    }
}
