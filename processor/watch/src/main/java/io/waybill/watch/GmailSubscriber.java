package io.waybill.watch;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.sources.SubscriptionResult;
import io.waybill.sources.gmail.GmailWatches;
import java.time.Instant;
import java.util.Optional;

/**
 * Gmail's watches: it publishes to a Pub/Sub topic that the mailbox changed. A watch has no name, and watching again replaces it, so
 * that making and renewing are one call; what it says of the history is nobody's cursor.
 *
 * @param callable whether Pub/Sub can reach the ingress; where it cannot, nothing is watched
 */
record GmailSubscriber(GmailWatches gmail, boolean callable) implements Subscriber {
    @Override
    public Optional<Terms> terms(Mailbox mailbox) {
        GoogleAccount account = (GoogleAccount) mailbox.source();
        return Optional.ofNullable(account.topic())
                .filter(_ -> callable)
                .map(topic -> new Terms(mailbox.incarnation(), account.subject(), "INBOX", topic, "none"));
    }

    @Override
    public SubscriptionResult make(Mailbox mailbox, SubscriptionStep.Make make, Instant until) {
        return gmail.watch(mailbox);
    }

    @Override
    public SubscriptionResult renew(Mailbox mailbox, Held held, Instant until) {
        return gmail.watch(mailbox);
    }

    @Override
    public SubscriptionResult drop(Mailbox mailbox, Held held) {
        return gmail.stop(mailbox);
    }
}
