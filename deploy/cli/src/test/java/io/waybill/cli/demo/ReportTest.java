package io.waybill.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.Provider;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Path SAMPLES = Path.of("../samples");
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    private final List<Sample> samples = Sample.all(SAMPLES, List.of());
    private final List<Trial> trials = samples.stream()
            .map(sample ->
                    new Trial(sample, ImapPointer.of("INBOX", 1, samples.indexOf(sample) + 1L), JobId.random(), NOW))
            .toList();
    private final Outcomes outcomes = new Outcomes();

    @Test
    void asExpected_andCounted() {
        settleAll();
        Report report = new Report(samples, trials, outcomes, 3);
        assertTrue(report.isAsExpected());
        assertEquals(new Summary(21, 21, 14, 4, 3, 2, 1, 1), Summary.of(samples, trials, outcomes, 3));
    }

    @Test
    void aSecondOutcomeOfOneGeneration_isNotAsExpected() {
        settleAll();
        outcomes.add(handled(trials.getFirst(), 0, 1, "created"));
        assertFalse(new Report(samples, trials, outcomes, 3).isAsExpected());
    }

    @Test
    void oneAttemptTooMany_isNotAsExpected() {
        Trial plain = trials.getFirst();
        outcomes.add(handled(plain, 0, 2, "created"));
        assertFalse(plain.isAsExpected(outcomes));
    }

    @Test
    void aMissingOutcome_isNotAsExpected() {
        assertFalse(new Report(samples, trials, outcomes, 3).isAsExpected());
        assertFalse(trials.getFirst().isSettled(outcomes));
    }

    @Test
    void duplicates_ofThePrometheusText() {
        assertEquals(3, Duplicates.value("waybill_duplicates_total{of=\"settled\"} 3.0"));
        assertEquals(2, Duplicates.value("duplicates_total 2.0"));
        assertEquals(0, Duplicates.value("# HELP duplicates_total how many"));
        assertEquals(0, Duplicates.value("other_total{name=\"duplicates_total\"} 5.0"));
    }

    private void settleAll() {
        for (Trial trial : trials) {
            switch (trial.sample().name()) {
                case "reply", "late-original", "bounce", "graph-reply" ->
                    outcomes.add(handled(trial, 0, 1, "commented"));
                case "fails-twice" -> outcomes.add(handled(trial, 0, 3, "created"));
                case "deleted-before-fetch" ->
                    outcomes.add(outcome(trial, 0, Result.SKIPPED, "MESSAGE_GONE", 1, Map.of()));
                case "order-renumbered" -> outcomes.add(outcome(trial, 0, Result.SKIPPED, "SAME_MESSAGE", 1, Map.of()));
                case "refused-then-redriven" -> {
                    outcomes.add(outcome(trial, 0, Result.DEAD_LETTERED, "HANDLER_REFUSED", 1, Map.of()));
                    outcomes.add(handled(trial, 1, 1, "created"));
                }
                default -> outcomes.add(handled(trial, 0, 1, "created"));
            }
        }
    }

    private static JobOutcome handled(Trial trial, int generation, int attempts, String effect) {
        return outcome(
                trial,
                generation,
                Result.HANDLED,
                null,
                attempts,
                Map.of("tickets", new HandlerState(effect, "1", true)));
    }

    private static JobOutcome outcome(
            Trial trial, int generation, Result result, String code, int attempts, Map<String, HandlerState> handlers) {
        List<Attempt> all = IntStream.rangeClosed(1, attempts)
                .mapToObj(n -> new Attempt(n, NOW, 5, null))
                .toList();
        return new JobOutcome(
                trial.job(),
                "demo",
                "support",
                Provider.IMAP,
                generation,
                result,
                code,
                null,
                null,
                all,
                attempts,
                handlers,
                NOW,
                NOW.plusMillis(40));
    }
}
