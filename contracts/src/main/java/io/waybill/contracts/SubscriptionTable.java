package io.waybill.contracts;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code mail.subscriptions}, followed for as long as the process lives: the subscription of each mailbox, and what providers told of
 * them. Safe for use by many threads.
 */
public final class SubscriptionTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionTable.class);
    private static final ObjectMapper MAPPER = Json.mapper(8, 16 * 1024);

    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final Map<String, SubscriptionEvent> events = new ConcurrentHashMap<>();
    private final CompactedTopic topic;

    /** @param clientConfig how to reach the brokers: bootstrap.servers and, where needed, TLS and SASL */
    public SubscriptionTable(Map<String, Object> clientConfig) {
        topic = CompactedTopic.follow(Topics.SUBSCRIPTIONS, clientConfig, this::onRecord);
    }

    /** Puts it into the table. */
    public static ProducerRecord<byte[], byte[]> record(Subscription subscription) {
        return record(subscription.key().toString(), write(subscription));
    }

    /** Puts it into the table. */
    public static ProducerRecord<byte[], byte[]> record(SubscriptionEvent event) {
        return record(event.key(), write(event));
    }

    /** Takes the mailbox's subscription out of the table. */
    public static ProducerRecord<byte[], byte[]> tombstone(MailboxKey mailbox) {
        return record(mailbox.toString(), null);
    }

    /** The subscription that a record holds; empty where it holds something else. */
    public static Optional<Subscription> decode(String key, byte[] value) throws IOException {
        return isEvent(key) || value == null ? Optional.empty() : Optional.of(subscription(key, value));
    }

    /** Whether all that was in the topic at the start has been read. */
    public boolean isComplete() {
        return topic.isComplete();
    }

    /** What is known of the mailbox's subscription; empty where nothing is. */
    public Optional<Subscription> find(MailboxKey mailbox) {
        return Optional.ofNullable(subscriptions.get(mailbox.toString()));
    }

    /** The last event of the kind that the provider told of the mailbox's subscriptions, be it of an earlier one. */
    public Optional<SubscriptionEvent> event(MailboxKey mailbox, SubscriptionEvent.Kind kind) {
        return Optional.ofNullable(events.get(SubscriptionEvent.key(mailbox, kind)));
    }

    private void onRecord(String key, byte[] value) {
        try {
            if (isEvent(key)) {
                onEvent(key, value);
            } else if (value == null) {
                subscriptions.remove(key);
            } else {
                subscriptions.put(key, subscription(key, value));
            }
        } catch (IOException unreadable) {
            // One bad entry must not hide the others; the entry before it stays in force.
            LOG.atError()
                    .addKeyValue("topic", Topics.SUBSCRIPTIONS.name())
                    .addKeyValue("key", key)
                    .log("table_entry_unreadable");
        }
    }

    private void onEvent(String key, byte[] value) throws IOException {
        if (value == null) {
            events.remove(key);
            return;
        }
        SubscriptionEvent event = MAPPER.readValue(value, SubscriptionEvent.class);
        if (event == null || !event.key().equals(key)) {
            throw new IOException("the key is not the event's");
        }
        events.put(key, event);
    }

    private static Subscription subscription(String key, byte[] value) throws IOException {
        Subscription subscription = MAPPER.readValue(value, Subscription.class);
        if (subscription == null || !subscription.key().toString().equals(key)) {
            throw new IOException("the key is not the subscription's");
        }
        return subscription;
    }

    /** Names of tenants and mailboxes have no slash. */
    private static boolean isEvent(String key) {
        return key.indexOf('/') != key.lastIndexOf('/');
    }

    private static ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ProducerRecord<>(Topics.SUBSCRIPTIONS.name(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        topic.close();
    }
}
