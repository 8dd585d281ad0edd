package io.waybill.cli.mailboxes;

import io.waybill.cli.topics.TopicWriter;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Topics;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Brings mailboxes from a file to {@code mail.mailboxes}, and never takes one away. A mailbox's routing id, incarnation and
 * {@code since} are fixed when it is first applied.
 */
public final class MailboxApply {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Clock clock;
    private final Supplier<String> randomIds;

    public MailboxApply(Clock clock) {
        this(clock, MailboxApply::randomId);
    }

    MailboxApply(Clock clock, Supplier<String> randomIds) {
        this.clock = clock;
        this.randomIds = randomIds;
    }

    /** What becomes of one mailbox. */
    public enum Change {
        /** Nobody had applied it yet. */
        NEW,
        /** It is there as the file wants it. */
        UNCHANGED,
        /** It is there and gets other settings. */
        CHANGED,
        /** It had been removed and comes back, as it was or with other settings. */
        RESTORED,
        /** It is another account now: its messages get other job ids. */
        REINCARNATED;

        /** The word in output. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One step.
     *
     * @param before as it is; null where it is new
     * @param after as it will be
     */
    public record Step(Change change, Mailbox before, Mailbox after) {
        public MailboxKey key() {
            return after.key();
        }
    }

    /** Reads the table, and writes what differs. Durable when it returns; {@code dryRun} writes nothing. */
    public List<Step> apply(Map<String, Object> kafka, List<MailboxEntry> wanted, boolean dryRun) {
        List<Step> steps = plan(MailboxTable.read(kafka).mailboxes(), wanted);
        List<Step> writes =
                steps.stream().filter(step -> step.change() != Change.UNCHANGED).toList();
        if (!dryRun && !writes.isEmpty()) {
            try (TopicWriter writer = new TopicWriter(kafka)) {
                writes.forEach(step -> writer.put(
                        Topics.MAILBOXES, step.key().toString(), KafkaMailboxDirectory.encode(step.after())));
                writer.flush();
            }
        }
        return steps;
    }

    /** What to do, in the order of the file. */
    List<Step> plan(Map<MailboxKey, Mailbox> current, List<MailboxEntry> wanted) {
        Instant now = clock.instant();
        return wanted.stream()
                .map(entry -> {
                    Mailbox before = current.get(entry.key());
                    return before == null ? first(entry, now) : again(before, entry);
                })
                .toList();
    }

    private Step first(MailboxEntry entry, Instant now) {
        Mailbox after = mailbox(
                entry,
                randomIds.get(),
                List.of(),
                randomIds.get(),
                entry.since().orElse(now));
        return new Step(Change.NEW, null, after);
    }

    private Step again(Mailbox before, MailboxEntry entry) {
        if (!isSameAccount(before.source(), entry.source())) {
            // Nothing that the new account holds was ever seen. A date in the file says from when to take it in; "now"
            // would lose
            // what came since the mailbox was first applied, as after a user name that was mistyped.
            Mailbox after = mailbox(
                    entry,
                    randomIds.get(),
                    former(before),
                    before.k(),
                    entry.since().orElse(before.since()));
            return new Step(Change.REINCARNATED, before, after);
        }
        Mailbox after = mailbox(entry, before.incarnation(), before.formerIncarnations(), before.k(), before.since());
        if (before.removed()) {
            return new Step(Change.RESTORED, before, after);
        }
        return new Step(before.equals(after) ? Change.UNCHANGED : Change.CHANGED, before, after);
    }

    /** Provider, host and user name an account, or cloud, directory and user; the rest are ways to it. */
    private static boolean isSameAccount(MailboxSource before, MailboxSource after) {
        return switch (before) {
            case ImapAccount old ->
                switch (after) {
                    case ImapAccount now ->
                        old.host().equalsIgnoreCase(now.host())
                                && old.username().equals(now.username());
                    case MicrosoftAccount _ -> false;
                };
            case MicrosoftAccount old ->
                switch (after) {
                    case ImapAccount _ -> false;
                    case MicrosoftAccount now ->
                        old.tenantId().equals(now.tenantId())
                                && old.userId().equalsIgnoreCase(now.userId())
                                && old.cloud() == now.cloud();
                };
        };
    }

    private static List<String> former(Mailbox before) {
        List<String> former = new ArrayList<>();
        former.add(before.incarnation());
        former.addAll(before.formerIncarnations());
        return former.subList(0, Math.min(former.size(), Mailbox.MAX_FORMER));
    }

    private static Mailbox mailbox(
            MailboxEntry entry, String incarnation, List<String> former, String k, Instant since) {
        return new Mailbox(
                entry.key().tenant(),
                entry.key().mailbox(),
                entry.address(),
                incarnation,
                former,
                k,
                since,
                entry.handlers(),
                entry.limits(),
                entry.source(),
                false);
    }

    /** 128 bits: nobody meets one twice. */
    private static String randomId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
