package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.Mailbox;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.gmail.GmailQuota.Costs;
import io.waybill.sources.http.ScriptedApi.Asked;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units are spent by waiting for them, per user and per project, and never more than there are. */
class UnitBudgetTest {
    private static final int MUCH = 60_000_000;
    private static final Optional<Duration> TAKEN = Optional.empty();

    /** 100 at once, and 140 more in a minute. */
    private static final int LITTLE = 240;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("what is not there soon enough is not waited for, and how long it would last is told")
    void take_tooLong_isToldAtOnce() throws Exception {
        UnitBudget budget = new UnitBudget(new GmailQuota(LITTLE, MUCH, Costs.DEFAULTS));
        assertEquals(TAKEN, budget.take("p", "u", 100, Duration.ofSeconds(1)));
        for (Duration atMost : List.of(Duration.ofSeconds(10), Duration.ZERO, Duration.ofSeconds(-1))) {
            Duration wait = budget.take("p", "u", 100, atMost).orElseThrow();
            // 100 of 140 in a minute.
            assertTrue(wait.toSeconds() <= 43 && wait.toSeconds() > 10, wait.toString());
        }
        assertEquals(TAKEN, budget.take("p", "v", 100, Duration.ofSeconds(1)), "another user");
        assertEquals(TAKEN, budget.take("q", "u", 100, Duration.ofSeconds(1)), "the same user in another project");
    }

    @Test
    @DisplayName("users of one project share what is the project's, and get back what it does not let them spend")
    void take_project_isShared() throws Exception {
        UnitBudget budget = new UnitBudget(new GmailQuota(LITTLE, LITTLE, Costs.DEFAULTS));
        assertEquals(TAKEN, budget.take("p", "u", 90, Duration.ofSeconds(1)));
        for (int i = 0; i < 20; i++) {
            assertTrue(budget.take("p", "v", 90, Duration.ofSeconds(1)).isPresent());
        }
        assertEquals(TAKEN, budget.take("p", "v", 10, Duration.ofSeconds(1)), "what is left of the project's");
    }

    @Test
    @DisplayName("what is there soon is waited for")
    void take_soon_isWaitedFor() throws Exception {
        // 20 at once, and then 19.7 a second.
        UnitBudget budget = new UnitBudget(new GmailQuota(1_200, MUCH, new Costs(10, 10, 10, 10, 10, 10)));
        long began = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            assertEquals(TAKEN, budget.take("p", "u", 10, Duration.ofSeconds(60)));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofMillis(900)) >= 0, took.toString());
    }

    @Test
    @Timeout(60)
    void take_interrupted_ends() throws Exception {
        UnitBudget budget = new UnitBudget(new GmailQuota(LITTLE, MUCH, Costs.DEFAULTS));
        budget.take("p", "u", 100, Duration.ofSeconds(1));
        FutureTask<Optional<Duration>> waiting =
                new FutureTask<>(() -> budget.take("p", "u", 100, Duration.ofHours(1)));
        Thread thread = Thread.ofVirtual().start(waiting);
        thread.interrupt();
        assertInstanceOf(
                InterruptedException.class,
                assertThrows(ExecutionException.class, waiting::get).getCause());
    }

    @Test
    @DisplayName("a call for which there are no units in time is not made: the job comes back when there are")
    void fetch_noUnitsInTime_isThrottledWithoutACall() throws Exception {
        try (ScriptedGmail gmail = gmail(new GmailQuota(LITTLE, MUCH, Costs.DEFAULTS))) {
            for (int i = 0; i < 5; i++) {
                gmail.answer(ScriptedGmail.MESSAGE);
                assertInstanceOf(FetchResult.Fetched.class, gmail.fetch()).discard();
            }
            Failure failure = failure(gmail, gmail.mailbox);
            assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
            assertEquals("what Gmail allows the user or the project in a minute is used up", failure.detail());
            // 20 of 140 in a minute.
            Duration wait = failure.retryAfter().orElseThrow();
            assertTrue(wait.toSeconds() <= 9 && wait.isPositive(), wait.toString());
            assertEquals(5, gmail.asked().size());

            gmail.answer(ScriptedGmail.MESSAGE);
            Mailbox sales = ScriptedGmail.mailbox("sales", "sales@acme.example", null);
            assertInstanceOf(FetchResult.Fetched.class, gmail.fetch(sales)).discard();
        }
    }

    @Test
    @DisplayName("mailboxes whose service accounts are of one project share what is the project's")
    void fetch_noUnitsOfTheProject_isThrottledWithoutACall() throws Exception {
        try (ScriptedGmail gmail = gmail(new GmailQuota(MUCH, LITTLE, Costs.DEFAULTS))) {
            for (int i = 0; i < 5; i++) {
                gmail.answer(ScriptedGmail.MESSAGE);
                Mailbox each = ScriptedGmail.mailbox("m" + i, "m" + i + "@acme.example", null);
                assertInstanceOf(FetchResult.Fetched.class, gmail.fetch(each)).discard();
            }
            assertEquals(
                    FailureCode.SOURCE_THROTTLED, failure(gmail, gmail.mailbox).code());
            assertEquals(5, gmail.asked().size());
        }
    }

    @Test
    @DisplayName("calls wait for their units in place, and cost no attempt")
    void fetch_unitsSoon_areWaitedFor() throws Exception {
        try (ScriptedGmail gmail = gmail(new GmailQuota(1_200, MUCH, new Costs(10, 10, 10, 10, 10, 10)))) {
            for (int i = 0; i < 4; i++) {
                gmail.answer(ScriptedGmail.MESSAGE);
                assertInstanceOf(FetchResult.Fetched.class, gmail.fetch()).discard();
            }
            List<Asked> asked = gmail.asked();
            Duration between =
                    Duration.between(asked.getFirst().at(), asked.getLast().at());
            // Two were there; the first call may have been under way for some time before it came in.
            assertTrue(between.compareTo(Duration.ofMillis(400)) >= 0, between.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"199, 200", "200, 199", "0, 200", "-1, 200"})
    void quota_lessThanTheDearestCallsCost_isRefused(int perUser, int perProject) {
        assertThrows(IllegalArgumentException.class, () -> new GmailQuota(perUser, perProject, Costs.DEFAULTS));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "10001, 1", "-1, 1"})
    void costs_outOfBounds_areRefused(int messageGet, int stop) {
        assertThrows(IllegalArgumentException.class, () -> new Costs(messageGet, 5, 2, 1, 100, stop));
    }

    private ScriptedGmail gmail(GmailQuota quota) throws Exception {
        return new ScriptedGmail(directory, quota, new ByteBudget(16 << 20, 64 << 20), Clock.systemUTC());
    }

    private static Failure failure(ScriptedGmail gmail, Mailbox mailbox) {
        FetchResult result = gmail.source.fetch(mailbox, new GooglePointer(ScriptedGmail.ID), Duration.ofSeconds(2));
        return assertInstanceOf(FetchResult.Failed.class, result).failure();
    }
}
