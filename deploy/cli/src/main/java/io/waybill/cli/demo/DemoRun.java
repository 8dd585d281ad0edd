package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.OwnMail;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sends the samples in their order and waits for what becomes of them. */
final class DemoRun {
    /** All samples together take a few seconds, on a loaded machine up to a minute. */
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    /** How often each announcement of {@link Sample.Way#ANNOUNCED} is repeated. */
    static final int ANNOUNCEMENTS = 3;

    /** Stands in a sample for the Message-ID of a mail that we would have sent for the ticket of the sample before it. */
    private static final String OWN_MESSAGE_ID = "@OWN-MESSAGE-ID@";

    private final Inboxes inboxes;
    private final DemoMailboxes mailboxes;
    private final OwnMail ownMail;
    private final Outcomes outcomes;
    private final Clock clock;
    private final List<Trial> trials = new ArrayList<>();

    DemoRun(Inboxes inboxes, DemoMailboxes mailboxes, OwnMail ownMail, Outcomes outcomes, Clock clock) {
        this.inboxes = inboxes;
        this.mailboxes = mailboxes;
        this.ownMail = ownMail;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** Before any app runs: the mailbox's other folder, and mails that come and go unseen. */
    void prepare(List<Sample> samples) throws InterruptedException {
        Inbox inbox = inboxes.support();
        inbox.create(DemoMailboxes.OTHER_FOLDER);
        for (Sample sample : samples) {
            if (sample.way() == Sample.Way.DELETED) {
                ImapPointer pointer = inbox.send(sample.eml());
                inbox.delete(pointer);
                trials.add(trial(sample, pointer));
            }
        }
    }

    /**
     * With all apps running: the others.
     *
     * @param redrive puts a dead letter back to work, by its job id
     * @return whether all outcomes came in time
     */
    boolean send(List<Sample> samples, Announcer announcer, Consumer<JobId> redrive) throws InterruptedException {
        for (Trial sent : List.copyOf(trials)) {
            if (sent.pointer() instanceof ImapPointer deleted) {
                trials.set(trials.indexOf(sent), trial(sent.sample(), deleted));
                announcer.announce(deleted);
            }
        }
        for (Sample sample : samples) {
            if (sample.way() != Sample.Way.DELETED && sample.after().isEmpty()) {
                send(sample, sample.eml(), announcer);
            }
        }
        for (Sample sample : samples) {
            if (sample.after().isPresent()) {
                Trial before = sentAs(sample.after().get());
                if (!outcomes.await(() -> before.isSettled(outcomes), SETTLED_WITHIN)) {
                    return false;
                }
                send(sample, withOwnMessageId(sample.eml(), before), announcer);
            }
        }
        return redrive(redrive)
                && outcomes.await(() -> trials.stream().allMatch(trial -> trial.isSettled(outcomes)), SETTLED_WITHIN);
    }

    /** The samples that were sent, in the order of their sending. */
    List<Trial> trials() {
        return List.copyOf(trials);
    }

    private boolean redrive(Consumer<JobId> redrive) throws InterruptedException {
        for (Trial trial : List.copyOf(trials)) {
            if (trial.sample().expected().size() > 1) {
                if (!outcomes.await(() -> outcomes.of(trial.job(), 0).isPresent(), SETTLED_WITHIN)) {
                    return false;
                }
                if (outcomes.of(trial.job(), 0).orElseThrow().result() == JobOutcome.Result.DEAD_LETTERED) {
                    redrive.accept(trial.job());
                }
            }
        }
        return true;
    }

    private void send(Sample sample, byte[] eml, Announcer announcer) throws InterruptedException {
        Inbox inbox = inboxes.support();
        switch (sample.way()) {
            case SENT, DELETED -> trials.add(trial(sample, inbox.send(eml)));
            case ANNOUNCED -> {
                ImapPointer pointer = inbox.send(eml);
                trials.add(trial(sample, pointer));
                for (int i = 0; i < ANNOUNCEMENTS; i++) {
                    announcer.announce(pointer);
                }
            }
            case FILED -> trials.add(trial(sample, inbox.put(eml, DemoMailboxes.OTHER_FOLDER)));
            case RENUMBERED -> {
                inbox.recreate(DemoMailboxes.OTHER_FOLDER);
                trials.add(trial(sample, inbox.put(eml, DemoMailboxes.OTHER_FOLDER)));
            }
            case GRAPH -> trials.add(trial(sample, inboxes.office().deliver(eml)));
            case GMAIL -> trials.add(trial(sample, inboxes.desk().deliver(eml)));
            case GMAIL_UNANNOUNCED -> trials.add(trial(sample, inboxes.desk().deliverUnannounced(eml)));
        }
    }

    /** A bounce returns a mail of ours. Nothing sends any yet, so the demo makes the id that it would have. */
    private byte[] withOwnMessageId(byte[] eml, Trial before) {
        String text = new String(eml, StandardCharsets.ISO_8859_1);
        if (!text.contains(OWN_MESSAGE_ID)) {
            return eml;
        }
        long ticket = outcomes.of(before.job(), 0)
                .map(outcome -> outcome.handlers().get("tickets"))
                .map(HandlerState::reference)
                .map(number -> Long.parseLong(number.substring(number.indexOf('-') + 1)))
                .orElse(0L);
        String id = ownMail.messageId(ticket, "demo.example").orElse("none@demo.example");
        return text.replace(OWN_MESSAGE_ID, id).getBytes(StandardCharsets.ISO_8859_1);
    }

    private Trial trial(Sample sample, MessagePointer pointer) {
        Mailbox mailbox = switch (sample.way()) {
            case GRAPH -> mailboxes.office();
            case GMAIL, GMAIL_UNANNOUNCED -> mailboxes.desk();
            case SENT, ANNOUNCED, DELETED, FILED, RENUMBERED -> mailboxes.support();
        };
        return new Trial(sample, pointer, JobId.of(mailbox.key(), mailbox.incarnation(), pointer), clock.instant());
    }

    private Trial sentAs(String name) {
        return trials.stream()
                .filter(trial -> trial.sample().name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.incomplete("the sample " + name + " was not sent", "", "Report this."));
    }
}
