package io.waybill.cli.mailboxes;

import io.waybill.cli.Problem;
import io.waybill.cli.topics.ExclusiveWriter;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Topics;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Brings mailboxes from a file to {@code mail.mailboxes}, and never takes one away; and its push registrations to {@code
 * mail.controls}. A mailbox's routing id, incarnation and {@code since} are fixed when it is first applied. Two that apply at once would
 * fix them twice, so whoever writes does it under one transactional id, on what is read after the others were shut out.
 */
public final class MailboxApply {
    /** The same for all operators and all machines, which is what makes them exclude each other. */
    static final String TRANSACTIONAL_ID = "waybill-mailboxes";

    /** Machines that start together shut each other out by chance, not for long. */
    private static final int TRIES = 4;

    private static final Duration MAX_PAUSE = Duration.ofMillis(500);

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

    /**
     * What was done.
     *
     * @param mailboxes in the file's order
     * @param pushRegistrations in the file's order, then those that went
     * @param unannounced mailboxes of which no push registration speaks for the topic
     */
    public record Applied(
            List<Step> mailboxes, List<PushRegistrationStep> pushRegistrations, List<Mailbox> unannounced) {
        private boolean changes() {
            return mailboxes.stream().anyMatch(step -> step.change() != Change.UNCHANGED)
                    || pushRegistrations.stream()
                            .anyMatch(step -> step.change() != PushRegistrationStep.Change.UNCHANGED);
        }

        /**
         * What to look at, although it was done.
         *
         * @param entries of the file
         */
        public List<String> warnings(List<MailboxEntry> entries) {
            return Stream.of(
                            mailboxes.stream()
                                    .filter(step -> step.change() == Change.REINCARNATED)
                                    .map(step -> step.key() + " is another account now: what it holds since "
                                            + step.after().since()
                                            + " is taken in as new. A date as `since` in the file says otherwise."),
                            unannounced.stream().map(Applied::unannouncedText),
                            SharedFolders.warnings(entries).stream())
                    .flatMap(texts -> texts)
                    .toList();
        }

        /** What to say of a mailbox that is {@link #unannounced}. */
        public static String unannouncedText(Mailbox mailbox) {
            return mailbox.key()
                    + ": no push registration speaks for its topic, so what Gmail announces is refused: add"
                    + " one under pushRegistrations";
        }
    }

    /**
     * Reads both tables, and writes what differs. Durable when it returns; {@code dryRun} writes nothing, and neither does a file that is
     * in force already. Throws {@link Problem} where an entry of the file is there and cannot be read.
     */
    public Applied apply(Map<String, Object> kafka, MailboxesFile wanted, boolean dryRun) {
        for (int tries = 1; tries <= TRIES; tries++) {
            Applied planned = plan(MailboxTable.read(kafka), wanted);
            if (dryRun || !planned.changes()) {
                return planned;
            }
            try (ExclusiveWriter writer = new ExclusiveWriter(kafka, TRANSACTIONAL_ID)) {
                Applied applied = plan(MailboxTable.read(kafka), wanted);
                write(writer, applied);
                writer.commit();
                return applied;
            } catch (ExclusiveWriter.TakenOver other) {
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE.toNanos()));
            }
        }
        throw takenOver();
    }

    /** What to say where others changed the mailboxes at the same moment, and this was not done. */
    static Problem takenOver() {
        return Problem.incomplete(
                "somebody else changes the mailboxes at this moment: nothing was done here",
                TRANSACTIONAL_ID,
                "Look at `waybill mailboxes list`, then run it again.");
    }

    private Applied plan(MailboxTable table, MailboxesFile wanted) {
        table.requireReadable(Stream.concat(
                wanted.entries().stream().map(entry -> entry.key().toString()),
                wanted.pushRegistrations().stream().map(PushRegistration::key)));
        Map<MailboxKey, Mailbox> known = new HashMap<>(table.mailboxes());
        known.keySet().removeAll(table.forgettable(clock.instant()));
        List<Step> steps = plan(known, wanted.entries());
        List<PushRegistrationStep> registrations =
                PushRegistrationStep.plan(table.pushRegistrations(), wanted.pushRegistrations());
        return new Applied(steps, registrations, unannounced(table, steps, registrations));
    }

    private static void write(ExclusiveWriter writer, Applied applied) {
        applied.pushRegistrations().stream()
                .filter(step -> step.change() != PushRegistrationStep.Change.UNCHANGED)
                .forEach(step -> writer.put(
                        Topics.CONTROLS,
                        step.registration().key(),
                        step.change() == PushRegistrationStep.Change.REMOVED
                                ? null
                                : KafkaMailboxDirectory.encode(step.registration())));
        applied.mailboxes().stream()
                .filter(step -> step.change() != Change.UNCHANGED)
                .forEach(step -> writer.put(
                        Topics.MAILBOXES, step.key().toString(), KafkaMailboxDirectory.encode(step.after())));
    }

    /** Those of the file; what others lack is not told again and again. */
    private static List<Mailbox> unannounced(
            MailboxTable table, List<Step> steps, List<PushRegistrationStep> registrations) {
        Map<String, PushRegistration> after = new HashMap<>(table.pushRegistrations());
        registrations.forEach(step -> {
            if (step.change() == PushRegistrationStep.Change.REMOVED) {
                after.remove(step.registration().k());
            } else {
                after.put(step.registration().k(), step.registration());
            }
        });
        return steps.stream()
                .map(Step::after)
                .filter(mailbox -> MailboxTable.isUnannounced(mailbox.source(), after.values()))
                .toList();
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
        if (!AccountKey.of(before.source()).equals(AccountKey.of(entry.source()))) {
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
