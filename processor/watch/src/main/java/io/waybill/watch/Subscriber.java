package io.waybill.watch;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.sources.SubscriptionResult;
import java.time.Instant;
import java.util.Optional;

/** How one provider is brought to announce what comes into a mailbox of its. Calls block, and answer failures as values. */
interface Subscriber {
    /** On which terms the mailbox is announced; empty where it cannot be: then it is listed often instead. */
    Optional<Terms> terms(Mailbox mailbox);

    /**
     * Has one made: live, or failed.
     *
     * @param until for how long, at most
     */
    SubscriptionResult make(Mailbox mailbox, SubscriptionStep.Make make, Instant until);

    /** Has it renewed: live, gone, or failed. */
    SubscriptionResult renew(Mailbox mailbox, Held held, Instant until);

    /** Has it deleted: gone, or failed. */
    SubscriptionResult drop(Mailbox mailbox, Held held);
}
