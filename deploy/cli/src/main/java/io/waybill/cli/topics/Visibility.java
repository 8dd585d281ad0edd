package io.waybill.cli.topics;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until what was committed can be read: a commit is acknowledged before every partition knows of it, and whoever types the next verb
 * would read what was before. Give it to each {@code send}.
 */
public final class Visibility implements Callback {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Behind the last record of each partition. */
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();

    @Override
    public void onCompletion(RecordMetadata metadata, Exception failure) {
        if (failure == null) {
            ends.merge(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset() + 1, Math::max);
        }
    }

    /** Call it after the commit. Gives up after some seconds: what is committed is committed. */
    public void await(Map<String, Object> kafka) {
        if (ends.isEmpty()) {
            return;
        }
        new TopicReader(kafka).awaitCommitted(ends, LIMIT);
    }
}
