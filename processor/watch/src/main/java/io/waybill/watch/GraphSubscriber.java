package io.waybill.watch;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.InstallKeys;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secrets;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.Terms;
import io.waybill.sources.SubscriptionResult;
import io.waybill.sources.graph.GraphSubscriptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Subscriptions of Microsoft Graph, proved by what is derived from the install key.
 *
 * @param publicUrl where Graph reaches the ingress; empty: nothing is subscribed
 * @param keys asked for each mailbox each second
 */
record GraphSubscriber(GraphSubscriptions graph, Optional<PublicUrl> publicUrl, InstallKeys keys)
        implements Subscriber {
    /** How often the install key is looked up, however many mailboxes there are. */
    private static final Duration KEEP = Duration.ofSeconds(1);

    GraphSubscriber(GraphSubscriptions graph, Optional<PublicUrl> publicUrl, Secrets secrets) {
        this(graph, publicUrl, new InstallKeys(() -> usable(secrets), KEEP));
    }

    /** Without an install key the terms name none, and making it fails with a word about that. */
    @Override
    public Optional<Terms> terms(Mailbox mailbox) {
        MicrosoftAccount account = (MicrosoftAccount) mailbox.source();
        return publicUrl.map(url -> new Terms(
                mailbox.incarnation(),
                account.clientId(),
                GraphSubscriptions.resource(account),
                url.microsoftNotifications(mailbox).toString(),
                installKey().map(InstallKey::keyId).orElse("none")));
    }

    @Override
    public SubscriptionResult make(Mailbox mailbox, SubscriptionStep.Make make, Instant until) {
        Optional<InstallKey> key = installKey();
        if (key.isEmpty()) {
            return new SubscriptionResult.Failed(
                    FailureCode.CREDENTIALS_REFUSED,
                    "there is no install key to prove notifications with: create install.key in the secrets directory",
                    Optional.empty());
        }
        PublicUrl url = publicUrl.orElseThrow();
        // It may be an app's that we are not any more; then it ends by itself, and nobody believes what it says.
        make.old().ifPresent(old -> graph.delete(mailbox, old.id()));
        return graph.create(
                mailbox,
                new GraphSubscriptions.Wanted(
                        url.microsoftNotifications(mailbox),
                        url.microsoftLifecycle(mailbox),
                        key.get().clientState(mailbox),
                        until,
                        make.own().map(Held::id)));
    }

    @Override
    public SubscriptionResult renew(Mailbox mailbox, Held held, Instant until) {
        return graph.renew(mailbox, held.id(), until);
    }

    @Override
    public SubscriptionResult drop(Mailbox mailbox, Held held) {
        return graph.delete(mailbox, held.id());
    }

    private Optional<InstallKey> installKey() {
        return keys.live().stream().findFirst();
    }

    private static List<InstallKey> usable(Secrets secrets) {
        try {
            return InstallKey.live(secrets);
        } catch (IllegalArgumentException tooShort) {
            return List.of();
        }
    }
}
