package io.waybill.watch;

import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This instance's share of the mailboxes: those whose records lie on the partitions of {@code mail.mailboxes} that the consumer group
 * gave it. The group is all the coordination there is; two instances that listen to one mailbox for a moment do no harm, since what
 * they announce twice is one job.
 */
final class MailboxShare implements AutoCloseable {
    static final String GROUP = "waybill-watch";

    private static final Logger LOG = LoggerFactory.getLogger(MailboxShare.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Map<String, Object> clientConfig;
    private final Consumer<Collection<Mailbox>> owner;
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean joined;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean assigned;

    /** What was read of one partition; nothing of it counts before it was read once, since an old entry may come first. */
    private static final class Partition {
        private final Map<MailboxKey, Mailbox> mailboxes = new HashMap<>();
        private Long end;
        private boolean complete;
    }

    private MailboxShare(Map<String, Object> clientConfig, Consumer<Collection<Mailbox>> owner) {
        this.clientConfig = clientConfig;
        this.owner = owner;
        this.thread = Thread.ofPlatform().name("mailbox-share").daemon().unstarted(this::run);
    }

    /**
     * Joins the group.
     *
     * @param clientConfig how to reach the brokers
     * @param owner is told the share, again and again; whatever it is told is the whole
     */
    static MailboxShare join(Map<String, Object> clientConfig, Consumer<Collection<Mailbox>> owner) {
        MailboxShare share = new MailboxShare(clientConfig, owner);
        share.thread.start();
        return share;
    }

    /** Whether the group has given this instance its share, be it empty, and the share has been read. */
    boolean isAssigned() {
        return assigned;
    }

    private void run() {
        while (!isClosed()) {
            try {
                KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(config());
                try {
                    consumer = opened;
                    follow(opened);
                } finally {
                    opened.close(CloseOptions.timeout(CLOSE_LIMIT));
                }
            } catch (WakeupException closing) {
                LOG.trace("closing");
            } catch (RuntimeException | Error failed) {
                // Whatever it was: listeners that nobody controls are worse than a new beginning.
                LOG.atWarn()
                        .addKeyValue("cause", failed.getClass().getSimpleName())
                        .log("mailbox_share_interrupted");
                pause();
            }
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> opened) {
        partitions.clear();
        joined = false;
        List<PartitionInfo> found = opened.partitionsFor(Topics.MAILBOXES.name());
        if (found == null || found.isEmpty()) {
            throw new KafkaException("no such topic: " + Topics.MAILBOXES);
        }
        opened.subscribe(List.of(Topics.MAILBOXES.name()), new Shares(opened));
        while (!isClosed()) {
            for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
                take(record);
            }
            partitions.forEach((partition, share) -> complete(opened, partition, share));
            assigned |= isComplete();
            if (assigned) {
                tellOwner();
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Partition share = partitions.get(new TopicPartition(record.topic(), record.partition()));
        if (share == null || record.key() == null) {
            return;
        }
        String name = new String(record.key(), StandardCharsets.UTF_8);
        try {
            MailboxKey key = MailboxKey.parse(name);
            if (record.value() == null) {
                share.mailboxes.remove(key);
                return;
            }
            Mailbox mailbox = KafkaMailboxDirectory.decodeMailbox(record.value());
            if (!mailbox.key().equals(key)) {
                throw new IOException("the key is not the mailbox's");
            }
            share.mailboxes.put(key, mailbox);
        } catch (IOException | IllegalArgumentException unreadable) {
            // One bad entry must not hide the others; the entry before it stays in force.
            LOG.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .log("table_entry_unreadable");
        }
    }

    private void complete(KafkaConsumer<byte[], byte[]> opened, TopicPartition partition, Partition share) {
        if (share.complete) {
            return;
        }
        if (share.end == null) {
            share.end = opened.endOffsets(List.of(partition)).get(partition);
        }
        share.complete = opened.position(partition) >= share.end;
    }

    private boolean isComplete() {
        return joined && partitions.values().stream().allMatch(share -> share.complete);
    }

    private void tellOwner() {
        owner.accept(partitions.values().stream()
                .filter(share -> share.complete)
                .flatMap(share -> share.mailboxes.values().stream())
                .toList());
    }

    private final class Shares implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> opened;

        Shares(KafkaConsumer<byte[], byte[]> opened) {
            this.opened = opened;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> given) {
            joined = true;
            given.forEach(partition -> partitions.put(partition, new Partition()));
            opened.seekToBeginning(given);
            log("mailbox_share_given", given);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> taken) {
            taken.forEach(partitions::remove);
            tellOwner();
            log("mailbox_share_taken", taken);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            onPartitionsRevoked(lost);
        }

        private void log(String event, Collection<TopicPartition> which) {
            if (!which.isEmpty()) {
                LOG.atInfo()
                        .addKeyValue(
                                "partitions",
                                which.stream()
                                        .map(TopicPartition::partition)
                                        .sorted()
                                        .toList())
                        .log(event);
            }
        }
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        // Nothing is committed: whoever is given a partition reads the table from its beginning.
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // An instance that joins takes its part; the listeners of the others go on undisturbed.
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        // The mailboxes of an instance that died are listened to again after so long.
        config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        config.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        return config;
    }

    private void pause() {
        try {
            boolean closing = closed.await(PAUSE_AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS);
            LOG.trace("joining again: {}", !closing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Leaves the group, so that the others take over at once. */
    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            boolean ended = thread.join(CLOSE_LIMIT.plusMillis(500));
            LOG.trace("ended: {}", ended);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
