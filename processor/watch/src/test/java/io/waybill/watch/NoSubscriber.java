package io.waybill.watch;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.sources.SubscriptionResult;
import java.time.Instant;
import java.util.Optional;

/** Of a provider that a test has no mailboxes of: whoever asks it has mistaken one provider for another. */
record NoSubscriber() implements Subscriber {
    @Override
    public Optional<Terms> terms(Mailbox mailbox) {
        throw new AssertionError("not a mailbox of this provider: " + mailbox.key());
    }

    @Override
    public SubscriptionResult make(Mailbox mailbox, SubscriptionStep.Make make, Instant until) {
        throw new AssertionError("not a mailbox of this provider: " + mailbox.key());
    }

    @Override
    public SubscriptionResult renew(Mailbox mailbox, Held held, Instant until) {
        throw new AssertionError("not a mailbox of this provider: " + mailbox.key());
    }

    @Override
    public SubscriptionResult drop(Mailbox mailbox, Held held) {
        throw new AssertionError("not a mailbox of this provider: " + mailbox.key());
    }
}
