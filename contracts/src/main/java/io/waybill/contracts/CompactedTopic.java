package io.waybill.contracts;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * nature (mailboxes, controls). Survives brokers that are away; while they are, the table is as it was last seen. What goes wrong beyond
 * that has the topic read again, and the table passes from what it was to what is there now, not through what lay between.
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
    private final CountDownLatch readOnce = new CountDownLatch(1);
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** Of the reading thread: the keys that the listener has. */
    private final Set<String> known = new HashSet<>();

    private volatile boolean complete;
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
        return readOnce.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether all that was in the topic at the start has been read; false again while reading is interrupted, for then it may be old. */
    public boolean isComplete() {
        return complete;
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
            } catch (RuntimeException | Error failed) {
                // Whatever it was: a table that stands still unnoticed is worse than one that is read again.
                complete = false;
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
        boolean again = readOnce.getCount() == 0;
        Map<String, byte[]> last = new HashMap<>();
        while (!isClosed()) {
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
                if (record.key() == null) {
                    continue;
                }
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (again && !complete) {
                    last.put(key, record.value());
                } else {
                    take(key, record.value());
                }
            }
            if (!complete) {
                ends.entrySet().removeIf(end -> opened.position(end.getKey()) >= end.getValue());
                if (ends.isEmpty()) {
                    if (again) {
                        replace(last);
                    }
                    complete = true;
                    readOnce.countDown();
                }
            }
        }
    }

    private void take(String key, byte[] value) {
        if (value == null) {
            known.remove(key);
        } else {
            known.add(key);
        }
        listener.onRecord(key, value);
    }

    /** A tombstone that was written meanwhile may be gone as well: what is not there is taken out. */
    private void replace(Map<String, byte[]> last) {
        List.copyOf(known).stream().filter(key -> last.get(key) == null).forEach(key -> take(key, null));
        last.values().removeIf(Objects::isNull);
        last.forEach(this::take);
        last.clear();
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
        // A topic that was made anew or lost its end is read again: to go on at its end would pass over what is in it.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
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
