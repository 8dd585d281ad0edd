package io.waybill.benchmarks.fairness;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Stage;
import io.waybill.inbound.execute.AttemptRunner;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.JobAttempt;
import io.waybill.inbound.execute.Progress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Mail servers that take some time for each message, unless their role is to make trouble and it is their turn. */
public final class TroubledServers implements AttemptRunner {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Duration fetch;
    private volatile Turn turn = new Turn(Set.of(), new CountDownLatch(0));

    /** Who makes trouble now, and what those that hang wait for: the end of this turn. */
    private record Turn(Set<Role> troubled, CountDownLatch end) {}

    /** @param fetch how long a message takes */
    public TroubledServers(Duration fetch) {
        this.fetch = fetch;
    }

    /** @param roles with commas between them: they make trouble from now on, and nobody else */
    public void trouble(String roles) {
        Set<Role> troubled = EnumSet.noneOf(Role.class);
        for (String role : roles.split(",", -1)) {
            if (!role.isEmpty()) {
                troubled.add(Role.valueOf(role));
            }
        }
        Turn before = turn;
        turn = new Turn(troubled, new CountDownLatch(1));
        before.end().countDown();
    }

    @Override
    public Completion run(JobAttempt attempt, Progress progress) {
        Role role = Role.of(attempt.job().mailbox());
        Turn now = turn;
        try {
            if (!now.troubled().contains(role)) {
                return fetched();
            }
            return switch (role) {
                case QUIET, HOT -> fetched();
                case HANGING -> {
                    now.end().await();
                    yield fetched();
                }
                case THROTTLED ->
                    failed(
                            attempt,
                            FailureCode.SOURCE_THROTTLED,
                            "the server asks us to come back later (429)",
                            Optional.of(RETRY_AFTER));
                case REFUSED ->
                    failed(
                            attempt,
                            FailureCode.CREDENTIALS_REFUSED,
                            "the server refuses the credentials",
                            Optional.empty());
            };
        } catch (InterruptedException deadline) {
            Thread.currentThread().interrupt();
            return failed(attempt, FailureCode.SOURCE_UNREACHABLE, "the server did not answer", Optional.empty());
        }
    }

    private Completion fetched() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(fetch.toNanos());
        return new Completion.Handled(Map.of("tickets", new HandlerState("created", "T-1", true)));
    }

    private static Completion failed(
            JobAttempt attempt, FailureCode code, String detail, Optional<Duration> retryAfter) {
        return new Completion.Failed(
                new Failure(code, Stage.FETCH, detail, retryAfter), attempt.handlers(), Optional.empty());
    }
}
