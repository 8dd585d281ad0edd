package io.waybill.contracts;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory as {@code mail.mailboxes} and {@code mail.controls} have it, followed for as long as the process lives. */
public final class KafkaMailboxDirectory implements MailboxDirectory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaMailboxDirectory.class);
    private static final ObjectMapper MAPPER = Json.mapper(8, 16 * 1024);

    private final Map<String, Mailbox> byKey = new ConcurrentHashMap<>();
    private final Map<String, Mailbox> byRoutingId = new ConcurrentHashMap<>();
    private final Map<String, Set<Mailbox>> byGoogleAddress = new ConcurrentHashMap<>();
    private final Map<String, Control> controls = new ConcurrentHashMap<>();
    private final Map<String, PushRegistration> registrations = new ConcurrentHashMap<>();
    private final CompactedTopic mailboxTable;
    private final CompactedTopic controlTable;

    /** @param clientConfig how to reach the brokers: bootstrap.servers and, where needed, TLS and SASL */
    public KafkaMailboxDirectory(Map<String, Object> clientConfig) {
        mailboxTable = CompactedTopic.follow(Topics.MAILBOXES, clientConfig, this::onMailbox);
        controlTable = CompactedTopic.follow(Topics.CONTROLS, clientConfig, this::onControl);
    }

    /** The record value of a mailbox. */
    public static byte[] encode(Mailbox mailbox) {
        return write(mailbox);
    }

    /** The record value of a control. */
    public static byte[] encode(Control control) {
        return write(control);
    }

    /** The record value of a push registration. */
    public static byte[] encode(PushRegistration registration) {
        return write(registration);
    }

    /** Whether that is the key of a push registration, and of no control. */
    public static boolean isPushRegistration(String key) {
        return key.startsWith(PushRegistration.KIND + "/");
    }

    /** Reads a record's value. */
    public static PushRegistration decodePushRegistration(byte[] value) throws IOException {
        return notNull(MAPPER.readValue(value, PushRegistration.class));
    }

    /** Reads a record's value. */
    public static Mailbox decodeMailbox(byte[] value) throws IOException {
        return notNull(MAPPER.readValue(value, Mailbox.class));
    }

    /** Reads a record's value. */
    public static Control decodeControl(byte[] value) throws IOException {
        return notNull(MAPPER.readValue(value, Control.class));
    }

    /** The JSON value {@code null} is an entry of no meaning, not a tombstone. */
    private static <T> T notNull(T value) throws IOException {
        if (value == null) {
            throw new IOException("the entry is null");
        }
        return value;
    }

    /** Whether both tables are read: before that, and while reading is interrupted, an unknown mailbox may only be unread. */
    public boolean isComplete() {
        return mailboxTable.isComplete() && controlTable.isComplete();
    }

    /** Waits for {@link #isComplete}; false where the limit passed before. */
    public boolean awaitComplete(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        return mailboxTable.awaitComplete(limit)
                && controlTable.awaitComplete(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    @Override
    public Optional<Mailbox> find(MailboxKey key) {
        return Optional.ofNullable(byKey.get(key.toString()));
    }

    @Override
    public Optional<Mailbox> byRoutingId(String k) {
        return Optional.ofNullable(byRoutingId.get(k));
    }

    @Override
    public Optional<PushRegistration> pushRegistration(String k) {
        return Optional.ofNullable(registrations.get(PushRegistration.key(k)));
    }

    @Override
    public Collection<Mailbox> ofGoogle(String topic, String address) {
        return byGoogleAddress.getOrDefault(address, Set.of()).stream()
                .filter(mailbox -> mailbox.source() instanceof GoogleAccount google && topic.equals(google.topic()))
                .toList();
    }

    @Override
    public boolean isPaused(MailboxKey key) {
        return !controls.isEmpty() && isControlled(key);
    }

    private boolean isControlled(MailboxKey key) {
        return controls.containsKey(Control.key(Control.Kind.PAUSED_MAILBOX, key.toString()))
                || controls.containsKey(Control.key(Control.Kind.PAUSED_TENANT, key.tenant()));
    }

    @Override
    public Collection<Mailbox> all() {
        return byKey.values().stream().filter(mailbox -> !mailbox.removed()).toList();
    }

    private void onMailbox(String key, byte[] value) {
        try {
            Mailbox mailbox = value == null ? null : decodeMailbox(value);
            if (mailbox != null && !mailbox.key().toString().equals(key)) {
                throw new IOException("the key is not the mailbox's");
            }
            Mailbox former = mailbox == null ? byKey.remove(key) : byKey.put(key, mailbox);
            boolean routed = mailbox != null && !mailbox.removed();
            index(former, routed ? mailbox : null);
            if (routed) {
                // Replaced in one step: a callback that comes in meanwhile must not find its mailbox unknown.
                byRoutingId.put(mailbox.k(), mailbox);
            }
            if (former != null && !(routed && former.k().equals(mailbox.k()))) {
                byRoutingId.remove(former.k(), former);
            }
        } catch (IOException unreadable) {
            ignore(Topics.MAILBOXES, key);
        }
    }

    /** A push names an address; to look through all mailboxes for each would make it as slow as they are many. */
    private void index(Mailbox former, Mailbox now) {
        if (Objects.equals(former, now)) {
            return;
        }
        // The new one first: a push that comes in meanwhile must not find its mailbox unknown.
        if (now != null && now.source() instanceof GoogleAccount google) {
            byGoogleAddress.compute(google.subject(), (_, mailboxes) -> {
                Set<Mailbox> all = mailboxes == null ? ConcurrentHashMap.newKeySet() : mailboxes;
                all.add(now);
                return all;
            });
        }
        if (former != null && former.source() instanceof GoogleAccount google) {
            byGoogleAddress.computeIfPresent(google.subject(), (_, mailboxes) -> {
                mailboxes.remove(former);
                return mailboxes.isEmpty() ? null : mailboxes;
            });
        }
    }

    private void onControl(String key, byte[] value) {
        try {
            if (value == null) {
                controls.remove(key);
                registrations.remove(key);
            } else if (isPushRegistration(key)) {
                PushRegistration registration = decodePushRegistration(value);
                if (!registration.key().equals(key)) {
                    throw new IOException("the key is not the registration's");
                }
                registrations.put(key, registration);
            } else {
                Control control = decodeControl(value);
                if (!control.key().equals(key)) {
                    throw new IOException("the key is not the control's");
                }
                controls.put(key, control);
            }
        } catch (IOException unreadable) {
            ignore(Topics.CONTROLS, key);
        }
    }

    /** One bad entry must not hide the others; the entry before it stays in force. */
    private static void ignore(Topic topic, String key) {
        LOG.atError().addKeyValue("topic", topic.name()).addKeyValue("key", key).log("table_entry_unreadable");
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
        mailboxTable.close();
        controlTable.close();
    }
}
