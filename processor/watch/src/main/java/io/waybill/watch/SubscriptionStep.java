package io.waybill.watch;

import io.waybill.contracts.Subscription;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.contracts.SubscriptionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is next to be done about a mailbox's subscription. */
sealed interface SubscriptionStep {
    /** An event that is so much older than the last renewal asked for it, whatever the clocks of two machines say. */
    Duration CLOCK_SKEW = Duration.ofMinutes(5);

    /**
     * Have one made.
     *
     * @param own one on the same terms that may still be there, and will do
     * @param old one on other terms that must go
     */
    record Make(Terms terms, Optional<Held> own, Optional<Held> old) implements SubscriptionStep {}

    /** @param event what the provider asked for; empty where it is time, or where it is failing and may be good all the same */
    record Renew(Held held, Optional<SubscriptionEvent> event) implements SubscriptionStep {}

    /** Have it deleted: nobody wants it any more. */
    record Drop(Held held) implements SubscriptionStep {}

    /** Write down that there is none, and that the mailbox is listed instead. */
    record List() implements SubscriptionStep {}

    /** Take it out of the table. */
    record Forget() implements SubscriptionStep {}

    /** Nothing. */
    record Rest() implements SubscriptionStep {}

    /**
     * What a mailbox should have.
     *
     * @param terms on which; empty for none
     * @param listed whether it is listed where it has none; else it is no business of ours any more
     */
    record Wanted(Optional<Terms> terms, boolean listed) {}

    /**
     * What is known of the one there is beyond what the table says.
     *
     * @param renewAt when it is time to renew it
     * @param gone the one that the provider does not have any more
     * @param renew the last time that the provider asked to renew one, unless it was done
     * @param removed the last time that the provider removed one
     */
    record News(
            Instant renewAt,
            Optional<String> gone,
            Optional<SubscriptionEvent> renew,
            Optional<SubscriptionEvent> removed) {
        private boolean isThere(Held held, Instant now) {
            return held.expiresAt().isAfter(now) && !gone.equals(Optional.of(held.id()));
        }

        private boolean isRemoved(Held held) {
            return removed.filter(event -> event.subscriptionId().equals(held.id()))
                    .isPresent();
        }

        private Optional<SubscriptionEvent> renewalOf(Held held) {
            return renew.filter(event -> event.subscriptionId().equals(held.id())
                    && event.at().plus(CLOCK_SKEW).isAfter(held.renewedAt()));
        }
    }

    static SubscriptionStep next(Wanted wanted, Optional<Subscription> known, News news, Instant now) {
        Optional<Held> held = known.map(Subscription::held);
        return wanted.terms().isEmpty()
                ? held.filter(each -> news.isThere(each, now))
                        .<SubscriptionStep>map(Drop::new)
                        .orElseGet(() -> without(wanted, known))
                : held.map(each -> with(wanted.terms().get(), known.get().state(), each, news, now))
                        .orElseGet(() -> new Make(wanted.terms().get(), Optional.empty(), Optional.empty()));
    }

    private static SubscriptionStep without(Wanted wanted, Optional<Subscription> known) {
        if (!wanted.listed()) {
            return known.isPresent() ? new Forget() : new Rest();
        }
        return known.filter(each -> each.state() == Subscription.State.LISTED).isPresent() ? new Rest() : new List();
    }

    private static SubscriptionStep with(Terms terms, Subscription.State state, Held held, News news, Instant now) {
        if (news.isRemoved(held)) {
            return new Make(terms, Optional.empty(), Optional.empty());
        }
        if (!held.terms().equals(terms)) {
            return new Make(terms, Optional.empty(), Optional.of(held));
        }
        if (!news.isThere(held, now)) {
            return new Make(terms, Optional.of(held), Optional.empty());
        }
        Optional<SubscriptionEvent> asked = news.renewalOf(held);
        // What failed may have been another subscription, wanted for a while: of this one it says nothing, and renewing
        // it tells.
        boolean isInDoubt = state == Subscription.State.FAILING;
        return asked.isPresent() || isInDoubt || !news.renewAt().isAfter(now) ? new Renew(held, asked) : new Rest();
    }
}
