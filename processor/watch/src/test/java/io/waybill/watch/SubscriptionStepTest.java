package io.waybill.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.contracts.SubscriptionEvent;
import io.waybill.watch.SubscriptionStep.Drop;
import io.waybill.watch.SubscriptionStep.Forget;
import io.waybill.watch.SubscriptionStep.List;
import io.waybill.watch.SubscriptionStep.Make;
import io.waybill.watch.SubscriptionStep.News;
import io.waybill.watch.SubscriptionStep.Renew;
import io.waybill.watch.SubscriptionStep.Rest;
import io.waybill.watch.SubscriptionStep.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SubscriptionStepTest {
    private static final MailboxKey MAILBOX = new MailboxKey("acme", "support");
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Terms TERMS = new Terms("inc-1", "app", "resource", "https://in.example.com/?k=1", "key-1");
    private static final Terms OTHER = new Terms("inc-1", "app", "resource", "https://in.example.com/?k=1", "key-2");
    private static final Held HELD =
            new Held("sub-1", TERMS, NOW.plus(Duration.ofDays(5)), NOW.minus(Duration.ofDays(1)), NOW.minusSeconds(60));
    private static final Optional<Subscription> ACTIVE = Optional.of(Subscription.active(MAILBOX, NOW, HELD));
    private static final Wanted WANTED = new Wanted(Optional.of(TERMS), true);
    private static final Wanted WITHOUT_URL = new Wanted(Optional.empty(), true);
    private static final Wanted REMOVED = new Wanted(Optional.empty(), false);
    private static final News QUIET = news(NOW.plusSeconds(1), null, null);

    @Test
    void nothingThere_isMade() {
        assertEquals(make(null, null), next(WANTED, Optional.empty(), QUIET));
        assertEquals(make(null, null), next(WANTED, Optional.of(Subscription.listed(MAILBOX, NOW)), QUIET));
    }

    @Test
    void failingToMakeOne_isStillToBeMade() {
        Subscription failing =
                Subscription.failing(MAILBOX, NOW, null, FailureCode.CREDENTIALS_REFUSED, "the app may not");
        assertEquals(make(null, null), next(WANTED, Optional.of(failing), QUIET));
    }

    @Test
    void live_restsUntilItIsTime() {
        assertEquals(new Rest(), next(WANTED, ACTIVE, QUIET));
        assertEquals(new Renew(HELD, Optional.empty()), next(WANTED, ACTIVE, news(NOW, null, null)));
    }

    @Test
    void failingToRenew_isStillToBeRenewed() {
        Subscription failing =
                Subscription.failing(MAILBOX, NOW, HELD, FailureCode.CREDENTIALS_REFUSED, "the app may not");
        assertEquals(new Renew(HELD, Optional.empty()), next(WANTED, Optional.of(failing), news(NOW, null, null)));
    }

    @Test
    void failingOverAnother_isRenewedBeforeItIsTime() {
        Optional<Subscription> failing = Optional.of(
                Subscription.failing(MAILBOX, NOW, HELD, FailureCode.CREDENTIALS_REFUSED, "there is no install key"));
        assertEquals(new Renew(HELD, Optional.empty()), next(WANTED, failing, QUIET));
        SubscriptionEvent asked = event("sub-1", NOW);
        assertEquals(new Renew(HELD, Optional.of(asked)), next(WANTED, failing, news(NOW.plusSeconds(1), asked, null)));
        assertEquals(
                make(HELD, null),
                next(WANTED, failing, new News(NOW, Optional.of("sub-1"), Optional.empty(), Optional.empty())),
                "where it turns out to be gone, one is made");
    }

    @Test
    void expiredOrLost_isMadeAnew_andItsOwnWillDo() {
        Held expired = new Held("sub-1", TERMS, NOW, NOW.minus(Duration.ofDays(6)), NOW.minus(Duration.ofDays(6)));
        assertEquals(make(expired, null), next(WANTED, Optional.of(Subscription.active(MAILBOX, NOW, expired)), QUIET));
        assertEquals(
                make(HELD, null),
                next(WANTED, ACTIVE, new News(NOW, Optional.of("sub-1"), Optional.empty(), Optional.empty())));
    }

    @Test
    void removedByTheProvider_isMadeAnew_andItsOwnWillNotDo() {
        assertEquals(make(null, null), next(WANTED, ACTIVE, news(NOW.plusSeconds(1), null, event("sub-1", NOW))));
        assertEquals(
                make(null, null),
                next(WANTED, ACTIVE, news(NOW.plusSeconds(1), null, event("sub-1", NOW.minus(Duration.ofDays(9))))),
                "whatever the clocks say, it is gone");
        assertEquals(new Rest(), next(WANTED, ACTIVE, news(NOW.plusSeconds(1), null, event("sub-0", NOW))));
    }

    @Test
    void askedToRenew_isRenewed_unlessThatWasDoneSince() {
        SubscriptionEvent asked = event("sub-1", NOW);
        assertEquals(new Renew(HELD, Optional.of(asked)), next(WANTED, ACTIVE, news(NOW.plusSeconds(1), asked, null)));
        SubscriptionEvent old = event("sub-1", HELD.renewedAt().minus(Duration.ofHours(1)));
        assertEquals(new Rest(), next(WANTED, ACTIVE, news(NOW.plusSeconds(1), old, null)));
        SubscriptionEvent fastClock = event("sub-1", HELD.renewedAt().minusSeconds(30));
        assertEquals(
                new Renew(HELD, Optional.of(fastClock)),
                next(WANTED, ACTIVE, news(NOW.plusSeconds(1), fastClock, null)),
                "the clock of the ingress may be behind ours");
        assertEquals(
                new Rest(), next(WANTED, ACTIVE, news(NOW.plusSeconds(1), event("sub-0", NOW), null)), "of another");
    }

    @Test
    void onOtherTerms_isReplaced() {
        Held other = new Held("sub-1", OTHER, HELD.expiresAt(), HELD.madeAt(), HELD.renewedAt());
        assertEquals(make(null, other), next(WANTED, Optional.of(Subscription.active(MAILBOX, NOW, other)), QUIET));
    }

    @Test
    void withoutAnAddress_isDroppedAndListed() {
        assertEquals(new Drop(HELD), next(WITHOUT_URL, ACTIVE, QUIET));
        News dropped = new News(NOW, Optional.of("sub-1"), Optional.empty(), Optional.empty());
        assertEquals(new List(), next(WITHOUT_URL, ACTIVE, dropped));
        assertEquals(new List(), next(WITHOUT_URL, Optional.empty(), QUIET));
        assertEquals(new Rest(), next(WITHOUT_URL, Optional.of(Subscription.listed(MAILBOX, NOW)), QUIET));
    }

    @Test
    void removedMailbox_isDroppedAndForgotten() {
        assertEquals(new Drop(HELD), next(REMOVED, ACTIVE, QUIET));
        News dropped = new News(NOW, Optional.of("sub-1"), Optional.empty(), Optional.empty());
        assertEquals(new Forget(), next(REMOVED, ACTIVE, dropped));
        assertEquals(new Forget(), next(REMOVED, Optional.of(Subscription.listed(MAILBOX, NOW)), QUIET));
        assertEquals(new Rest(), next(REMOVED, Optional.empty(), QUIET));
    }

    private static SubscriptionStep next(Wanted wanted, Optional<Subscription> known, News news) {
        return SubscriptionStep.next(wanted, known, news, NOW);
    }

    private static Make make(Held own, Held old) {
        return new Make(TERMS, Optional.ofNullable(own), Optional.ofNullable(old));
    }

    private static News news(Instant renewAt, SubscriptionEvent renew, SubscriptionEvent removed) {
        return new News(renewAt, Optional.empty(), Optional.ofNullable(renew), Optional.ofNullable(removed));
    }

    private static SubscriptionEvent event(String id, Instant at) {
        return SubscriptionEvent.of(MAILBOX, SubscriptionEvent.Kind.RENEW, id, at);
    }
}
