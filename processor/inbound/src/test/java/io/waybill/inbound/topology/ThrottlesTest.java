package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.MailboxKey;
import io.waybill.inbound.topology.Throttles.Phase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** For how long a mailbox is left alone, and what ends that. */
class ThrottlesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final MailboxKey MAILBOX = new MailboxKey("acme", "support");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Throttles throttles = new Throttles(MINUTE.multipliedBy(30));

    @Test
    void leaveAlone_untilItsTime_thenTriedUntilAnswered() {
        assertEquals(Phase.OPEN, at(0));
        assertTrue(throttles.leaveAlone(MAILBOX, MINUTE, NOW));
        assertEquals(Phase.LEFT_ALONE, at(59));
        assertEquals(Phase.TRIED, at(60));
        throttles.answered(MAILBOX, NOW.plusSeconds(60));
        assertEquals(Phase.OPEN, at(61));
    }

    @Test
    void leaveAlone_theOtherMailboxesAreNot() {
        throttles.leaveAlone(MAILBOX, MINUTE, NOW);
        assertEquals(Phase.OPEN, throttles.of(new MailboxKey("acme", "sales"), NOW));
        assertEquals(Phase.OPEN, throttles.of(new MailboxKey("umbrella", "support"), NOW));
    }

    @Test
    void leaveAlone_askedAgainMeanwhile_theLatestEndCounts() {
        throttles.leaveAlone(MAILBOX, MINUTE, NOW);
        assertFalse(throttles.leaveAlone(MAILBOX, Duration.ofSeconds(1), NOW.plusSeconds(1)));
        assertEquals(Phase.LEFT_ALONE, at(59));
        assertFalse(throttles.leaveAlone(MAILBOX, MINUTE, NOW.plusSeconds(10)));
        assertEquals(Phase.LEFT_ALONE, at(69));
        assertTrue(throttles.leaveAlone(MAILBOX, MINUTE, NOW.plusSeconds(70)));
    }

    @Test
    void leaveAlone_withoutATime_isTriedAtOnce() {
        assertFalse(throttles.leaveAlone(MAILBOX, Duration.ZERO, NOW));
        assertEquals(Phase.TRIED, at(0));
    }

    @Test
    void leaveAlone_askedForDays_isTriedAfterTheLongest() {
        throttles.leaveAlone(MAILBOX, Duration.ofDays(2), NOW);
        assertEquals(Phase.LEFT_ALONE, at(30 * 60 - 1));
        assertEquals(Phase.TRIED, at(30 * 60));
    }

    /** It began before the provider asked, and knows nothing of it. */
    @Test
    void answered_whileLeftAlone_changesNothing() {
        throttles.leaveAlone(MAILBOX, MINUTE, NOW);
        throttles.answered(MAILBOX, NOW.plusSeconds(1));
        assertEquals(Phase.LEFT_ALONE, at(2));
    }

    @Test
    void of_clockSetBack_isTriedAndNotLeftAloneForLonger() {
        throttles.leaveAlone(MAILBOX, MINUTE, NOW);
        assertEquals(Phase.TRIED, at(-3600));
    }

    @Test
    void forget_whatIsOverAndHasNothingWaiting() {
        throttles.leaveAlone(MAILBOX, MINUTE, NOW);
        throttles.forget(NOW.plusSeconds(59), _ -> true);
        assertEquals(Phase.LEFT_ALONE, at(59));
        throttles.forget(NOW.plusSeconds(60), _ -> false);
        assertEquals(Phase.TRIED, at(60));
        throttles.forget(NOW.plusSeconds(60), _ -> true);
        assertEquals(Phase.OPEN, at(60));
    }

    private Phase at(long second) {
        return throttles.of(MAILBOX, NOW.plusSeconds(second));
    }
}
