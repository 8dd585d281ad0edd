package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.mailboxes.MailboxApply.Change;
import io.waybill.cli.mailboxes.MailboxApply.Step;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailboxApplyTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
    private static final MailboxKey KEY = new MailboxKey("acme", "support");

    private int ids;

    @Test
    void plan_firstTime_fixesIdsAndSince() {
        Step step = plan(null, entry("imap.example", "support", Optional.empty()), NOON);

        assertEquals(Change.NEW, step.change());
        assertNull(step.before());
        assertEquals("id-1", step.after().incarnation());
        assertEquals("id-2", step.after().k());
        assertEquals(NOON, step.after().since());
    }

    @Test
    void plan_firstTimeWithDate_takesTheDate() {
        assertEquals(
                MAY,
                plan(null, entry("imap.example", "support", Optional.of(MAY)), NOON)
                        .after()
                        .since());
    }

    @Test
    void plan_again_isUnchangedWhateverTheTime() {
        Mailbox before = applied();

        Step step = plan(before, entry("imap.example", "support", Optional.empty()), NOON.plus(Duration.ofDays(9)));

        assertEquals(Change.UNCHANGED, step.change());
        assertEquals(before, step.after());
    }

    @Test
    void plan_otherSinceInTheFile_keepsTheOneThatWasFixed() {
        Step step = plan(applied(), entry("imap.example", "support", Optional.of(MAY)), NOON);

        assertEquals(Change.UNCHANGED, step.change());
        assertEquals(NOON, step.after().since());
    }

    @Test
    void plan_otherSettings_keepsIdsAndSince() {
        Mailbox before = applied();
        MailboxEntry other = new MailboxEntry(
                KEY,
                "help@acme.example",
                List.of("tickets", "crm"),
                new MailboxLimits(4, null),
                new ImapAccount(
                        "IMAP.example",
                        143,
                        ImapAccount.Tls.STARTTLS,
                        "support",
                        new CredentialReference("file:new.password"),
                        List.of("INBOX", "Sales"),
                        null),
                Optional.empty());

        Step step = plan(before, other, NOON.plus(Duration.ofDays(1)));

        assertEquals(Change.CHANGED, step.change());
        assertEquals(before.incarnation(), step.after().incarnation());
        assertEquals(before.k(), step.after().k());
        assertEquals(before.since(), step.after().since());
        assertEquals(other.source(), step.after().source());
        assertEquals(List.of("tickets", "crm"), step.after().handlers());
    }

    @Test
    void plan_otherHost_isAnotherIncarnation() {
        Mailbox before = applied();

        Step step = plan(before, entry("mail.example", "support", Optional.empty()), NOON.plus(Duration.ofDays(1)));

        assertEquals(Change.REINCARNATED, step.change());
        assertNotEquals(before.incarnation(), step.after().incarnation());
        assertEquals(List.of(before.incarnation()), step.after().formerIncarnations());
        assertEquals(before.k(), step.after().k());
        assertEquals(before.since(), step.after().since());
    }

    @Test
    void warnings_tellOfAnotherAccount_ofATopicWithoutRegistration_andOfASharedFolder() {
        MailboxEntry entry = google("help@acme.example", "file:a.json", "projects/acme/topics/gmail");
        Step step = plan(applied(), entry, NOON);

        List<String> warnings = new MailboxApply.Applied(List.of(step), List.of(), List.of(step.after()))
                .warnings(List.of(entry, entry));

        assertEquals(3, warnings.size(), warnings.toString());
        assertTrue(
                warnings.get(0).startsWith("acme/support is another account now: what it holds since " + NOON),
                warnings.get(0));
        assertTrue(warnings.get(1).contains("no push registration speaks for its topic"), warnings.get(1));
        assertTrue(warnings.get(2).contains("reads INBOX of the same account"), warnings.get(2));
    }

    @Test
    void plan_otherUserWithDate_takesItInFromThatDate() {
        Step step = plan(applied(), entry("imap.example", "help", Optional.of(MAY)), NOON);

        assertEquals(Change.REINCARNATED, step.change());
        assertEquals(MAY, step.after().since());
    }

    @Test
    void plan_otherUserOfGoogle_isAnotherIncarnation_andAnotherKeyOrTopicIsNot() {
        Mailbox before = plan(null, google("support@acme.example", "file:a.json", null), NOON)
                .after();

        Step moved = plan(before, google("Support@acme.example", "file:b.json", "projects/acme/topics/gmail"), NOON);
        assertEquals(Change.CHANGED, moved.change());
        assertEquals(before.incarnation(), moved.after().incarnation());

        assertEquals(
                Change.REINCARNATED,
                plan(before, google("help@acme.example", "file:a.json", null), NOON)
                        .change());
        assertEquals(
                Change.REINCARNATED,
                plan(before, entry("imap.gmail.com", "support@acme.example", Optional.empty()), NOON)
                        .change());
    }

    @Test
    void plan_manyIncarnations_remembersTheLast() {
        Mailbox mailbox = applied();
        for (int i = 0; i < 25; i++) {
            mailbox = plan(mailbox, entry("imap" + i + ".example", "support", Optional.empty()), NOON)
                    .after();
        }

        assertEquals(Mailbox.MAX_FORMER, mailbox.formerIncarnations().size());
        assertEquals("id-" + (ids - 1), mailbox.formerIncarnations().getFirst());
    }

    @Test
    void plan_removedOne_comesBackWithItsIdentity() {
        Mailbox removed = applied().asRemoved();

        Step step = plan(removed, entry("imap.example", "support", Optional.empty()), NOON);

        assertEquals(Change.RESTORED, step.change());
        assertEquals(applied(removed), step.after());
    }

    @Test
    void plan_ofOthers_leavesThemAlone() {
        Mailbox other = applied();
        MailboxEntry entry = new MailboxEntry(
                new MailboxKey("acme", "orders"),
                "orders@acme.example",
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                other.source(),
                Optional.empty());

        List<Step> steps = apply(NOON).plan(Map.of(KEY, other), List.of(entry));

        assertEquals(List.of(entry.key()), steps.stream().map(Step::key).toList());
    }

    private Mailbox applied() {
        return plan(null, entry("imap.example", "support", Optional.empty()), NOON)
                .after();
    }

    private static Mailbox applied(Mailbox removed) {
        return new Mailbox(
                removed.tenantId(),
                removed.mailboxId(),
                removed.address(),
                removed.incarnation(),
                removed.formerIncarnations(),
                removed.k(),
                removed.since(),
                removed.handlers(),
                removed.limits(),
                removed.source(),
                false);
    }

    private Step plan(Mailbox before, MailboxEntry entry, Instant now) {
        return apply(now)
                .plan(before == null ? Map.of() : Map.of(KEY, before), List.of(entry))
                .getFirst();
    }

    private MailboxApply apply(Instant now) {
        return new MailboxApply(Clock.fixed(now, ZoneOffset.UTC), () -> "id-" + ++ids);
    }

    private static MailboxEntry google(String subject, String credentials, String topic) {
        return new MailboxEntry(
                KEY,
                "support@acme.example",
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                new GoogleAccount(new CredentialReference(credentials), subject, topic),
                Optional.empty());
    }

    private static MailboxEntry entry(String host, String user, Optional<Instant> since) {
        return new MailboxEntry(
                KEY,
                "support@acme.example",
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        host,
                        993,
                        ImapAccount.Tls.TLS,
                        user,
                        new CredentialReference("file:acme.password"),
                        List.of("INBOX"),
                        null),
                since);
    }
}
