package io.waybill.cli.demo;

import io.waybill.cli.Output;
import io.waybill.cli.supervise.Memory;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.HandlerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the demo tells in the end. */
final class Report {
    private final List<Trial> trials;
    private final Outcomes outcomes;
    private final Summary summary;

    /**
     * @param samples in the order in which they are told
     * @param trials those of them that were sent
     * @param outcomes what became of them
     * @param duplicates announcements that were repeats
     */
    Report(List<Sample> samples, List<Trial> trials, Outcomes outcomes, int duplicates) {
        this.trials = trials.stream()
                .sorted(Comparator.comparingInt(trial -> samples.indexOf(trial.sample())))
                .toList();
        this.outcomes = outcomes;
        this.summary = Summary.of(samples, this.trials, outcomes, duplicates);
    }

    /** Whether every sample has the outcomes that it must have, and no other. */
    boolean isAsExpected() {
        return summary.settled() == summary.expected()
                && trials.stream().allMatch(trial -> trial.isAsExpected(outcomes));
    }

    /** The number of the ticket that has a thread: the one that the first mail opened. */
    Optional<String> ticket() {
        return outcomes.of(trials.getFirst().job(), 0)
                .map(outcome -> outcome.handlers().get("tickets"))
                .map(HandlerState::reference)
                .filter(reference -> !reference.isEmpty());
    }

    /** A job to look at. */
    String anyJob() {
        return trials.getFirst().job().value();
    }

    void print(Output output, Verbs verbs, Duration took) {
        List<List<String>> table = new ArrayList<>();
        for (Trial trial : trials) {
            Instant since = trial.sentAt();
            for (JobOutcome outcome : outcomes.of(trial.job())) {
                Row row = Row.of(trial, outcome, since);
                output.object(row);
                table.add(row.cells(outcome, matches(trial, outcome)));
                since = outcome.settledAt();
            }
            if (!trial.isSettled(outcomes)) {
                table.add(List.of(
                        trial.sample().name(),
                        "",
                        "nothing yet",
                        "expected: " + trial.sample().expected(),
                        "",
                        "",
                        "✗"));
            }
        }
        output.line("");
        output.table(Row.headings(), table);
        if (!output.json()) {
            ticket().ifPresent(number -> {
                output.line("");
                output.line(verbs.ticket(number));
            });
        }
        output.line("");
        output.line(told(took));
        output.object(summary);
    }

    private String told(Duration took) {
        String memory = Memory.ofTree(ProcessHandle.current()).stream()
                .mapToObj(bytes -> String.format(Locale.ROOT, ", %,d MiB of memory", bytes / 1024 / 1024))
                .findFirst()
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%s: %d of %d outcomes; %d tickets created, %d commented, %d duplicate announcements, %d skipped,"
                        + " %d dead-lettered, %d re-driven; %.0f s%s",
                isAsExpected() ? "As expected" : "NOT as expected",
                summary.settled(),
                summary.expected(),
                summary.created(),
                summary.commented(),
                summary.duplicates(),
                summary.skipped(),
                summary.deadLettered(),
                summary.redriven(),
                took.toMillis() / 1000.0,
                memory);
    }

    private static boolean matches(Trial trial, JobOutcome outcome) {
        return outcome.generation() < trial.sample().expected().size()
                && trial.sample().expected().get(outcome.generation()).matches(outcome);
    }
}
