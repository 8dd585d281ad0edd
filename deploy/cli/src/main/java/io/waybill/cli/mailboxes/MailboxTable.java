package io.waybill.cli.mailboxes;

import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.topics.TopicReader;
import io.waybill.contracts.Control;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The mailboxes, controls and push registrations as they are now.
 *
 * @param mailboxes by name, the removed ones included
 * @param writtenAt when each was last written
 * @param controls by {@link Control#key()}
 * @param pushRegistrations by {@link PushRegistration#k()}
 * @param unreadable keys of entries that this version cannot read: they are there, and are no news
 */
record MailboxTable(
        Map<MailboxKey, Mailbox> mailboxes,
        Map<MailboxKey, Instant> writtenAt,
        Map<String, Control> controls,
        Map<String, PushRegistration> pushRegistrations,
        List<String> unreadable) {
    /** How long a removed one is remembered: as long as pointers to it may still be on the topics, until then its name must be known. */
    private static final Duration KEPT = Duration.ofDays(30);

    /** Reads both topics. */
    static MailboxTable read(Map<String, Object> kafka) {
        TopicReader reader = new TopicReader(kafka);
        MailboxTable table =
                new MailboxTable(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
        reader.table(Topics.MAILBOXES).forEach(table::addMailbox);
        reader.table(Topics.CONTROLS).forEach(table::addControl);
        return table;
    }

    /**
     * Throws {@link Problem} where one of these is there and this version cannot read it: what it does not know of an entry it would take
     * away by writing that anew, and its identity with it.
     *
     * @param keys of records
     */
    void requireReadable(Stream<String> keys) {
        List<String> unknown = keys.filter(unreadable::contains).toList();
        if (!unknown.isEmpty()) {
            throw Problem.incomplete(
                    "this version cannot read what is written of " + Output.printable(String.join(", ", unknown))
                            + ", and leaves it as it is",
                    "",
                    "A newer version wrote it: use the command of that one. Nothing was done.");
        }
    }

    /** The mailbox, unless it was removed. */
    Optional<Mailbox> find(MailboxKey key) {
        return Optional.ofNullable(mailboxes.get(key)).filter(mailbox -> !mailbox.removed());
    }

    /** Those that were removed so long ago that they may be forgotten, and are new ones where they are applied again. */
    List<MailboxKey> forgettable(Instant now) {
        return mailboxes.values().stream()
                .filter(Mailbox::removed)
                .map(Mailbox::key)
                .filter(key -> writtenAt.get(key).plus(KEPT).isBefore(now))
                .toList();
    }

    /** What pauses a mailbox: its own control or that of its tenant. */
    Optional<Control> pausedBy(MailboxKey key) {
        return Optional.ofNullable(controls.get(Control.key(Control.Kind.PAUSED_MAILBOX, key.toString())))
                .or(() -> Optional.ofNullable(controls.get(Control.key(Control.Kind.PAUSED_TENANT, key.tenant()))));
    }

    /** Whether mail is announced on a topic that none of the push registrations speaks for. */
    static boolean isUnannounced(MailboxSource source, Collection<PushRegistration> registrations) {
        return source instanceof GoogleAccount google
                && google.topic() != null
                && registrations.stream()
                        .noneMatch(registration -> registration.topic().equals(google.topic()));
    }

    /** The push registrations that speak for what is published to the topic. */
    List<PushRegistration> pushRegistrationsOf(String topic) {
        return pushRegistrations.values().stream()
                .filter(registration -> registration.topic().equals(topic))
                .toList();
    }

    private void addMailbox(String key, ConsumerRecord<byte[], byte[]> record) {
        try {
            Mailbox mailbox = KafkaMailboxDirectory.decodeMailbox(record.value());
            if (!mailbox.key().toString().equals(key)) {
                throw new IOException("the key is not the mailbox's");
            }
            mailboxes.put(mailbox.key(), mailbox);
            writtenAt.put(mailbox.key(), TopicReader.time(record));
        } catch (IOException | IllegalArgumentException foreign) {
            unreadable.add(key);
        }
    }

    private void addControl(String key, ConsumerRecord<byte[], byte[]> record) {
        try {
            if (KafkaMailboxDirectory.isPushRegistration(key)) {
                PushRegistration registration = KafkaMailboxDirectory.decodePushRegistration(record.value());
                pushRegistrations.put(registration.k(), registration);
                return;
            }
            controls.put(key, KafkaMailboxDirectory.decodeControl(record.value()));
        } catch (IOException | IllegalArgumentException foreign) {
            unreadable.add(key);
        }
    }
}
