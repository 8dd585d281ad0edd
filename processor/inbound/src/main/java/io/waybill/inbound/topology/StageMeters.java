package io.waybill.inbound.topology;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome.Result;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The pipeline's metrics, by names that are contract; {@link MailboxSightings} has another. No tag has values that strangers can choose. */
final class StageMeters {
    private final Counter duplicatesOfSettled;
    private final Counter duplicatesOfOpen;
    private final Counter retryConfirmed;
    private final Counter resurfaced;
    private final Counter lateCompletions;
    private final Counter overflowed;
    private final Counter outlived;
    private final Timer drainLag;
    private final Map<Result, Counter> outcomes = new EnumMap<>(Result.class);
    private final Map<FailureCode, Counter> failures = new EnumMap<>(FailureCode.class);

    StageMeters(MeterRegistry registry) {
        duplicatesOfSettled = registry.counter("waybill.jobs.duplicates", "of", "settled");
        duplicatesOfOpen = registry.counter("waybill.jobs.duplicates", "of", "open");
        retryConfirmed = registry.counter("waybill.jobs.retry.confirmed");
        resurfaced = registry.counter("waybill.jobs.resurfaced");
        lateCompletions = registry.counter("waybill.jobs.late.completions");
        overflowed = registry.counter("waybill.jobs.overflowed");
        outlived = registry.counter("waybill.jobs.outlived");
        drainLag = registry.timer("waybill.drain.lag");
        for (Result result : Result.values()) {
            outcomes.put(result, registry.counter("waybill.jobs.outcomes", "result", result.word()));
        }
        for (FailureCode code : FailureCode.values()) {
            failures.put(code, registry.counter("waybill.jobs.failures", "code", code.name()));
        }
    }

    void duplicate(String of, boolean retryRecord) {
        if (retryRecord) {
            retryConfirmed.increment();
        } else {
            (of.equals("settled") ? duplicatesOfSettled : duplicatesOfOpen).increment();
        }
    }

    void resurfaced() {
        resurfaced.increment();
    }

    void lateCompletion() {
        lateCompletions.increment();
    }

    void overflowed() {
        overflowed.increment();
    }

    void outlived() {
        outlived.increment();
    }

    void outcome(Result result) {
        outcomes.get(result).increment();
    }

    void failure(FailureCode code) {
        failures.get(code).increment();
    }

    void drained(Duration lag) {
        drainLag.record(lag);
    }
}
