package io.waybill.cli.demo;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Result;
import java.util.List;

/**
 * The last line of {@code demo --json}.
 *
 * @param expected outcomes that must be
 * @param settled outcomes that are
 * @param created tickets
 * @param commented comments on tickets
 * @param duplicates announcements that were recognised as repeats
 * @param skipped skips
 * @param deadLettered dead letters
 * @param redriven outcomes of re-driven jobs
 */
@JsonPropertyOrder({"expected", "settled", "created", "commented", "duplicates", "skipped", "deadLettered", "redriven"})
record Summary(
        int expected,
        int settled,
        int created,
        int commented,
        int duplicates,
        int skipped,
        int deadLettered,
        int redriven) {
    private static final String HANDLER = "tickets";

    static Summary of(List<Sample> samples, List<Trial> trials, Outcomes outcomes, int duplicates) {
        List<JobOutcome> all = trials.stream()
                .flatMap(trial -> outcomes.of(trial.job()).stream())
                .toList();
        return new Summary(
                samples.stream().mapToInt(sample -> sample.expected().size()).sum(),
                all.size(),
                with(all, "created"),
                with(all, "commented"),
                duplicates,
                ending(all, Result.SKIPPED),
                ending(all, Result.DEAD_LETTERED),
                (int) all.stream().filter(outcome -> outcome.generation() > 0).count());
    }

    private static int with(List<JobOutcome> all, String effect) {
        return (int) all.stream()
                .filter(outcome -> outcome.result() == Result.HANDLED)
                .filter(outcome -> outcome.handlers().containsKey(HANDLER)
                        && effect.equals(outcome.handlers().get(HANDLER).effect()))
                .count();
    }

    private static int ending(List<JobOutcome> all, Result result) {
        return (int) all.stream().filter(outcome -> outcome.result() == result).count();
    }
}
