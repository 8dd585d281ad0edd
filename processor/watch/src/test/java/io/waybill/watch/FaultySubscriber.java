package io.waybill.watch;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.sources.SubscriptionResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A subscriber with faults of ours: each call to make one meets the next, and what comes behind them is the real one's. */
final class FaultySubscriber implements Subscriber {
    private final Subscriber real;
    private final Queue<Runnable> faults;

    FaultySubscriber(Subscriber real, Runnable... faults) {
        this.real = real;
        this.faults = new ConcurrentLinkedQueue<>(List.of(faults));
    }

    @Override
    public Optional<Terms> terms(Mailbox mailbox) {
        return real.terms(mailbox);
    }

    @Override
    public SubscriptionResult make(Mailbox mailbox, SubscriptionStep.Make make, Instant until) {
        Runnable fault = faults.poll();
        if (fault != null) {
            fault.run();
        }
        return real.make(mailbox, make, until);
    }

    @Override
    public SubscriptionResult renew(Mailbox mailbox, Held held, Instant until) {
        return real.renew(mailbox, held, until);
    }

    @Override
    public SubscriptionResult drop(Mailbox mailbox, Held held) {
        return real.drop(mailbox, held);
    }
}
