package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sends the samples in their order and waits for what becomes of them. */
final class DemoRun {
    /** All samples together take a few seconds, on a loaded machine up to a minute. */
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    /** How often each announcement of {@link Sample.Step#ANNOUNCED} is repeated. */
    static final int ANNOUNCEMENTS = 3;

    private final Inbox inbox;
    private final Mailbox mailbox;
    private final Outcomes outcomes;
    private final Clock clock;
    private final List<Trial> trials = new ArrayList<>();

    DemoRun(Inbox inbox, Mailbox mailbox, Outcomes outcomes, Clock clock) {
        this.inbox = inbox;
        this.mailbox = mailbox;
        this.outcomes = outcomes;
        this.clock = clock;
    }

    /** Before any app runs: mails that come and go unseen. */
    void deleteUnseen(List<Sample> samples) throws InterruptedException {
        for (Sample sample : of(samples, Sample.Step.DELETED)) {
            ImapPointer pointer = inbox.send(sample.eml());
            inbox.delete(pointer);
            trials.add(trial(sample, pointer));
        }
    }

    /**
     * With all apps running: the others.
     *
     * @param redrive puts a dead letter back to work, by its job id
     * @return whether all outcomes came in time
     */
    boolean send(List<Sample> samples, Announcer announcer, Consumer<JobId> redrive) throws InterruptedException {
        for (Trial deleted : List.copyOf(trials)) {
            trials.set(trials.indexOf(deleted), trial(deleted.sample(), deleted.pointer()));
            announcer.announce(deleted.pointer());
        }
        for (Sample sample : of(samples, Sample.Step.FIRST)) {
            send(sample);
        }
        for (Sample sample : of(samples, Sample.Step.ANNOUNCED)) {
            Trial sent = send(sample);
            for (int i = 0; i < ANNOUNCEMENTS; i++) {
                announcer.announce(sent.pointer());
            }
        }
        Trial first = sentAs(samples.getFirst());
        if (!outcomes.await(() -> first.isSettled(outcomes), SETTLED_WITHIN)) {
            return false;
        }
        for (Sample sample : of(samples, Sample.Step.REPLY)) {
            send(sample);
        }
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
        return outcomes.await(() -> trials.stream().allMatch(trial -> trial.isSettled(outcomes)), SETTLED_WITHIN);
    }

    /** The samples that were sent, in the order of their sending. */
    List<Trial> trials() {
        return List.copyOf(trials);
    }

    private Trial send(Sample sample) throws InterruptedException {
        Trial trial = trial(sample, inbox.send(sample.eml()));
        trials.add(trial);
        return trial;
    }

    private Trial trial(Sample sample, ImapPointer pointer) {
        return new Trial(sample, pointer, JobId.of(mailbox.key(), mailbox.incarnation(), pointer), clock.instant());
    }

    private Trial sentAs(Sample sample) {
        return trials.stream()
                .filter(trial -> trial.sample().equals(sample))
                .findFirst()
                .orElseThrow(() -> Problem.incomplete("the first sample was not sent", "", "Report this."));
    }

    private static List<Sample> of(List<Sample> samples, Sample.Step step) {
        return samples.stream().filter(sample -> sample.step() == step).toList();
    }
}
