package io.waybill.cli.up;

import io.waybill.cli.Output;
import io.waybill.contracts.JobOutcome;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An outcome on one line, for somebody who watches. */
public final class OutcomeLine {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private OutcomeLine() {}

    /** {@code 11:03:22  acme/support  handled  ticket created #12  1 attempt  84 ms  job k3f…}. */
    public static String of(JobOutcome outcome, ZoneId zone) {
        int attempts = outcome.attempts().size();
        return String.format(
                Locale.ROOT,
                "%s  %-24s %-13s %-28s %d attempt%s  %6d ms  %s",
                TIME.format(outcome.settledAt().atZone(zone)),
                outcome.tenantId() + "/" + outcome.mailboxId(),
                outcome.result().word(),
                what(outcome),
                attempts,
                attempts == 1 ? " " : "s",
                Duration.between(outcome.firstSeen(), outcome.settledAt()).toMillis(),
                outcome.jobId());
    }

    /** What it became, or the code of why not. */
    public static String what(JobOutcome outcome) {
        if (outcome.code() != null) {
            return outcome.code();
        }
        List<String> effects = outcome.handlers().entrySet().stream()
                .filter(handler -> hasReference(handler.getValue()))
                .map(OutcomeLine::effect)
                .toList();
        // A handler that made nothing to refer to is worth a word only where no other did.
        return effects.isEmpty()
                ? outcome.handlers().entrySet().stream()
                        .map(OutcomeLine::effect)
                        .collect(Collectors.joining(", "))
                : String.join(", ", effects);
    }

    private static boolean hasReference(JobOutcome.HandlerState state) {
        return state.reference() != null && !state.reference().isEmpty();
    }

    private static String effect(Map.Entry<String, JobOutcome.HandlerState> handler) {
        JobOutcome.HandlerState state = handler.getValue();
        String reference = hasReference(state) ? " " + state.reference() : "";
        return Output.printable(handler.getKey() + ": " + state.effect() + reference);
    }
}
