package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Cluster;
import io.waybill.cli.Exit;
import io.waybill.cli.Problem;
import io.waybill.cli.Ran;
import io.waybill.cli.mailboxes.MailboxApply.Change;
import io.waybill.cli.topics.ExclusiveWriter;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Topic;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applying against a broker: with others who do so at the same moment, and with entries of another version. */
class MailboxApplyIT {
    private static Cluster cluster;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
    }

    @Test
    void apply_twoAtOnce_giveAMailboxOneIdentity() throws Exception {
        MailboxKey key = new MailboxKey("apply-at-once", "support");
        MailboxesFile file = file(key);
        // Ids 1 and 2 are of the first plan; with id 3 the others are shut out already.
        MailboxApply slow = apply(id -> {
            if (id == 3) {
                assertEquals(Change.NEW, change(apply(_ -> {}).apply(cluster.kafka(), file, false)));
            }
        });

        MailboxApply.Applied applied = slow.apply(cluster.kafka(), file, false);

        assertEquals(Change.UNCHANGED, change(applied));
        List<Mailbox> written = versions(key);
        assertEquals(1, written.size(), written.toString());
        assertEquals(written.getFirst(), applied.mailboxes().getFirst().after());
    }

    @Test
    void apply_shutOutAgainAndAgain_saysSo_andWritesNothing() throws Exception {
        MailboxKey key = new MailboxKey("apply-shut-out", "support");
        MailboxApply unlucky = apply(id -> new ExclusiveWriter(cluster.kafka(), MailboxApply.TRANSACTIONAL_ID).close());

        Problem problem = assertThrows(Problem.class, () -> unlucky.apply(cluster.kafka(), file(key), false));

        assertEquals(Exit.INCOMPLETE, problem.exitCode());
        assertTrue(problem.getMessage().contains("somebody else changes the mailboxes"), problem.getMessage());
        assertEquals(List.of(), versions(key));
    }

    @Test
    void mailboxOfANewerVersion_isLeftAsItIs() throws Exception {
        String key = "apply-newer/support";
        byte[] newer = "{\"tenantId\":\"apply-newer\",\"mailboxId\":\"support\",\"colour\":\"red\"}"
                .getBytes(StandardCharsets.UTF_8);
        cluster.put(Cluster.entry(Topics.MAILBOXES, key, newer));
        try {
            for (String[] verb : List.of(
                    new String[] {"mailboxes", "apply", yaml("apply-newer", "")},
                    new String[] {"mailboxes", "apply", "--dry-run", yaml("apply-newer", "")},
                    new String[] {"mailboxes", "remove", key})) {
                Ran ran = cluster.run(home).execute(verb);
                assertEquals(Exit.INCOMPLETE, ran.code(), ran.out());
                assertTrue(ran.err().contains("cannot read what is written of " + key), ran.err());
                assertTrue(ran.err().contains("A newer version wrote it"), ran.err());
            }
            assertEquals(1, records(Topics.MAILBOXES, key).size());
            assertEquals(
                    Exit.DONE,
                    cluster.run(home)
                            .execute("mailboxes", "apply", yaml("apply-beside", ""))
                            .code(),
                    "a file that does not name it is not concerned");
        } finally {
            cluster.put(Cluster.entry(Topics.MAILBOXES, key, null));
        }
    }

    @Test
    void pushRegistrationOfANewerVersion_isLeftAsItIs() throws Exception {
        String key = PushRegistration.key("apply-newer");
        cluster.put(Cluster.entry(Topics.CONTROLS, key, "{\"colour\":\"red\"}".getBytes(StandardCharsets.UTF_8)));
        try {
            Ran ran = cluster.run(home).execute("mailboxes", "apply", yaml("apply-push", """
                pushRegistrations:
                  - k: apply-newer
                    topic: projects/acme-mail/topics/apply-newer
                    subscription: projects/acme-mail/subscriptions/apply-newer
                    audience: https://in.example.com
                    serviceAccount: push@acme-mail.iam.gserviceaccount.com
                """));

            assertEquals(Exit.INCOMPLETE, ran.code(), ran.out());
            assertTrue(ran.err().contains("cannot read what is written of " + key), ran.err());
            assertEquals(1, records(Topics.CONTROLS, key).size());
            assertEquals(List.of(), versions(new MailboxKey("apply-push", "support")), "all of the file or nothing");
        } finally {
            cluster.put(Cluster.entry(Topics.CONTROLS, key, null));
        }
    }

    @Test
    void apply_ofARemovedOne_bringsItBackWithin30Days_andIsANewOneAfter() throws Exception {
        MailboxKey key = new MailboxKey("apply-removed", "support");
        Mailbox before = apply(_ -> {})
                .apply(cluster.kafka(), file(key), false)
                .mailboxes()
                .getFirst()
                .after();
        assertEquals(
                Exit.DONE,
                cluster.run(home).execute("mailboxes", "remove", key.toString()).code());

        MailboxApply.Step soon = planned(key, Duration.ofDays(29));
        assertEquals(Change.RESTORED, soon.change());
        assertEquals(before, soon.after());

        MailboxApply.Step late = planned(key, Duration.ofDays(31));
        assertEquals(Change.NEW, late.change());
        assertNotEquals(before.incarnation(), late.after().incarnation());
        assertNotEquals(before.k(), late.after().k());
        assertEquals(List.of(), late.after().formerIncarnations());
        assertTrue(late.after().since().isAfter(before.since()), "what came meanwhile is not taken in");
    }

    private static MailboxApply.Step planned(MailboxKey key, Duration later) {
        return new MailboxApply(Clock.offset(Clock.systemUTC(), later))
                .apply(cluster.kafka(), file(key), true)
                .mailboxes()
                .getFirst();
    }

    /** @param onId is told of each random id that is asked for, from 1 */
    private static MailboxApply apply(IntConsumer onId) {
        AtomicInteger ids = new AtomicInteger();
        return new MailboxApply(Clock.systemUTC(), () -> {
            onId.accept(ids.incrementAndGet());
            return "id-" + System.nanoTime();
        });
    }

    private static Change change(MailboxApply.Applied applied) {
        return applied.mailboxes().getFirst().change();
    }

    private static MailboxesFile file(MailboxKey key) {
        return new MailboxesFile(
                List.of(new MailboxEntry(
                        key,
                        "support@x.example",
                        List.of("tickets"),
                        MailboxLimits.DEFAULTS,
                        new ImapAccount(
                                "imap.x.example",
                                993,
                                ImapAccount.Tls.TLS,
                                "support",
                                new CredentialReference("file:x"),
                                List.of("INBOX"),
                                null),
                        Optional.empty())),
                List.of(),
                List.of());
    }

    private String yaml(String tenant, String further) throws Exception {
        return Files.writeString(home.resolve(tenant + ".yml"), """
            mailboxes:
              - tenant: %s
                mailbox: support
                provider: imap
                address: support@x.example
                imap:
                  host: imap.x.example
                  username: support
                  password: file:x
            """.formatted(tenant) + further)
                .toString();
    }

    private static List<Mailbox> versions(MailboxKey key) throws Exception {
        List<Mailbox> versions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records(Topics.MAILBOXES, key.toString())) {
            versions.add(KafkaMailboxDirectory.decodeMailbox(record.value()));
        }
        return versions;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(Topic topic, String key) {
        return cluster.read(topic).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(key))
                .toList();
    }
}
