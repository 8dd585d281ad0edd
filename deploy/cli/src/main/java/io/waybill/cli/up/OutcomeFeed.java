package io.waybill.cli.up;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows {@code mail.outcomes} from now on and tells each outcome, as soon as its transaction is committed, on a thread of its own. */
public final class OutcomeFeed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Consumer<JobOutcome> told;
    private final Thread thread;
    private volatile boolean closed;

    private OutcomeFeed(KafkaConsumer<byte[], byte[]> consumer, Consumer<JobOutcome> told) {
        this.consumer = consumer;
        this.told = told;
        this.thread = Thread.ofPlatform().daemon().name("outcomes").unstarted(this::follow);
    }

    /** Starts at the end of the topic, which must exist; every outcome written after this call returns is told. */
    public static OutcomeFeed fromNow(Map<String, Object> kafka, Consumer<JobOutcome> told) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        settings.put("client.id", "waybill-cli-outcomes");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.OUTCOMES.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            // Seeking is lazy: only the position makes it so.
            partitions.forEach(consumer::position);
        } catch (KafkaException unreachable) {
            consumer.close();
            throw unreachable;
        }
        OutcomeFeed feed = new OutcomeFeed(consumer, told);
        feed.thread.start();
        return feed;
    }

    private void follow() {
        try (consumer) {
            while (!closed) {
                try {
                    for (ConsumerRecord<byte[], byte[]> outcome : consumer.poll(POLL)) {
                        tell(outcome);
                    }
                } catch (WakeupException closing) {
                    return;
                } catch (KafkaException brokerAway) {
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(ConsumerRecord<byte[], byte[]> outcome) {
        try {
            told.accept(JobOutcome.parse(outcome.value()));
        } catch (IOException ofAnotherVersion) {
            // A newer processor may write fields that this command does not know; `jobs show` says so, a feed skips it.
        }
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(3));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
