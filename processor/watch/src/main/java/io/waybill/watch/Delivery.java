package io.waybill.watch;

import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.Mailbox;
import io.waybill.watch.IngressClient.Answer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a notification to the ingress and does not give up: the same folder and UIDs are posted until they are accepted, for as long
 * as this instance owns the mailbox. Whoever owns it next lists the folder anyway.
 */
final class Delivery {
    /** A pause that the ingress asks for is honoured up to here: it cannot know how long its brokers stay away. */
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final IngressClient ingress;
    private final WatchSettings settings;
    private final WatchMeters meters;

    Delivery(IngressClient ingress, WatchSettings settings, WatchMeters meters) {
        this.ingress = ingress;
        this.settings = settings;
        this.meters = meters;
    }

    /** Returns when the ingress has accepted it. */
    void deliver(Mailbox mailbox, ImapNotification notification) throws InterruptedException {
        Backoff backoff = new Backoff(settings.firstRetry(), settings.longestRetry());
        String told = "";
        for (int attempt = 1; ; attempt++) {
            if (attempt > 1) {
                meters.repeated();
            }
            Duration pause;
            switch (ingress.post(mailbox, notification)) {
                case Answer.Accepted _ -> {
                    meters.pushed(notification);
                    return;
                }
                case Answer.Later(var retryAfter) ->
                    pause = longer(retryAfter.map(Delivery::bounded).orElse(Duration.ZERO), backoff.next());
                case Answer.Refused(var reason) -> {
                    if (!told.equals(reason)) {
                        told = reason;
                        LOG.atError()
                                .addKeyValue("tenant", mailbox.tenantId())
                                .addKeyValue("mailbox", mailbox.mailboxId())
                                .addKeyValue("folder", notification.folder())
                                .addKeyValue("reason", reason)
                                .log("push_refused");
                    }
                    // Somebody must act first; it is tried again all the same, for when they have.
                    pause = Backoff.atLeast(settings.refusedPush());
                }
            }
            Thread.sleep(pause);
        }
    }

    private static Duration bounded(Duration asked) {
        return asked.isNegative() ? Duration.ZERO : asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
