package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class FailureCodeTest {
    @Test
    void disposition_ofEachCode() {
        Map<Disposition, Set<FailureCode>> codes = new EnumMap<>(EnumSet.allOf(FailureCode.class).stream()
                .collect(Collectors.groupingBy(FailureCode::disposition, Collectors.toSet())));
        assertEquals(
                EnumSet.of(
                        FailureCode.UNKNOWN_MAILBOX,
                        FailureCode.SOURCE_UNREACHABLE,
                        FailureCode.SOURCE_ERROR,
                        FailureCode.SOURCE_THROTTLED,
                        FailureCode.DEADLINE_EXCEEDED,
                        FailureCode.HANDLER_FAILED),
                codes.get(Disposition.RETRY));
        assertEquals(
                EnumSet.of(FailureCode.CREDENTIALS_REFUSED, FailureCode.MAILBOX_GONE, FailureCode.MAILBOX_UNSTABLE),
                codes.get(Disposition.PARK_MAILBOX));
        assertEquals(EnumSet.of(FailureCode.SINK_UNAVAILABLE), codes.get(Disposition.PARK_HANDLER));
        assertEquals(
                EnumSet.of(
                        FailureCode.UNDECODABLE,
                        FailureCode.FORBIDDEN_FIELD,
                        FailureCode.POINTER_TOO_LARGE,
                        FailureCode.IDENTITY_MISMATCH,
                        FailureCode.MESSAGE_TOO_LARGE,
                        FailureCode.MIME_REFUSED,
                        FailureCode.HANDLER_REFUSED,
                        FailureCode.JVM_INTERRUPTED),
                codes.get(Disposition.DEAD_LETTER));
    }

    @Test
    void failure_longDetail_isCut() {
        Failure failure = new Failure(FailureCode.HANDLER_FAILED, Stage.HANDLE, "x".repeat(501), Optional.empty());
        assertEquals(500, failure.detail().length());
    }

    @Test
    void outcome_manyAttempts_keepsTheLast() {
        var attempts = java.util.stream.IntStream.rangeClosed(1, 25)
                .mapToObj(n -> new JobOutcome.Attempt(n, Samples.NOW, 1, null))
                .toList();
        JobOutcome outcome = new JobOutcome(
                JobId.random(),
                "acme",
                "support",
                Provider.IMAP,
                0,
                JobOutcome.Result.HANDLED,
                null,
                null,
                null,
                attempts,
                25,
                Map.of(),
                Samples.NOW,
                Samples.NOW);
        assertEquals(20, outcome.attempts().size());
        assertEquals(6, outcome.attempts().getFirst().n());
        assertEquals(25, outcome.attempts().getLast().n());
    }
}
