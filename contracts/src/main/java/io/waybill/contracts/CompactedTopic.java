package io.waybill.contracts;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a compacted topic from its beginning, for as long as the process lives: a table that every instance holds whole. Small by
 * nature (mailboxes, controls). Survives brokers that are away; while they are, the table is as it was last seen.
 */
public final class CompactedTopic implements AutoCloseable {
    /** How long the start of a table may take before its process gives up: longer than a broker's slow start. */
    public static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(CompactedTopic.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Topic topic;
    private final Map<String, Object> clientConfig;
    private final Listener listener;
    private final CountDownLatch complete = new CountDownLatch(1);
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile KafkaConsumer<byte[], byte[]> consumer;

    /** Takes each record of the topic, on the reading thread. */
    @FunctionalInterface
    public interface Listener {
        /** @param value null for a tombstone */
        void onRecord(String key, byte[] value);
    }

    private CompactedTopic(Topic topic, Map<String, Object> clientConfig, Listener listener) {
        this.topic = topic;
        this.clientConfig = clientConfig;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("table-" + topic.name()).daemon().unstarted(this::run);
    }

    /** Starts to read; {@link #awaitComplete} says when what was there has been read. */
    public static CompactedTopic follow(Topic topic, Map<String, Object> clientConfig, Listener listener) {
        CompactedTopic table = new CompactedTopic(topic, clientConfig, listener);
        table.thread.start();
        return table;
    }

    /** Waits until all that was in the topic at the start has been read; false where the limit passed before. */
    public boolean awaitComplete(Duration limit) throws InterruptedException {
        return complete.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether all that was in the topic at the start has been read. */
    public boolean isComplete() {
        return complete.getCount() == 0;
    }

    private void run() {
        while (!isClosed()) {
            try {
                KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(config());
                try {
                    consumer = opened;
                    read(opened);
                } finally {
                    // Brokers that are away are not waited for.
                    opened.close(CloseOptions.timeout(CLOSE_LIMIT));
                }
            } catch (WakeupException wanted) {
                LOG.trace("closing");
            } catch (RuntimeException failed) {
                // Whatever it was: a table that stands still unnoticed is worse than one that is read again.
                LOG.atWarn()
                        .addKeyValue("topic", topic.name())
                        .addKeyValue("cause", failed.getClass().getSimpleName())
                        .log("table_interrupted");
                pause();
            }
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> opened) {
        List<TopicPartition> partitions = partitions(opened);
        opened.assign(partitions);
        opened.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(opened.endOffsets(partitions));
        while (!isClosed()) {
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
                if (record.key() != null) {
                    listener.onRecord(new String(record.key(), StandardCharsets.UTF_8), record.value());
                }
            }
            if (complete.getCount() > 0) {
                ends.entrySet().removeIf(end -> opened.position(end.getKey()) >= end.getValue());
                if (ends.isEmpty()) {
                    complete.countDown();
                }
            }
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> opened) {
        var found = opened.partitionsFor(topic.name());
        if (found == null || found.isEmpty()) {
            throw new KafkaException("no such topic: " + topic.name());
        }
        return found.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    private void pause() {
        try {
            boolean closing = closed.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
            LOG.trace("reading again: {}", !closing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            boolean ended = thread.join(CLOSE_LIMIT.multipliedBy(3));
            LOG.trace("ended: {}", ended);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
