package io.waybill.watch;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The times of a listener ({@code waybill.watch.*}).
 *
 * @param tick how often a folder is listed although nothing was announced; jittered, so that mailboxes do not come all at once
 * @param listing how often a mailbox is listed whose mail nobody listens to or announces
 * @param watchdog how long IDLE may be silent before the connection is asked whether it lives: below the 29 minutes of RFC 2177 and
 *     below what NAT forgets
 * @param poll how often to look where the server has no IDLE
 * @param connectTimeout of connections to mail servers
 * @param readTimeout until a mail server's next answer; a dead connection is found within {@code watchdog} and this
 * @param firstRetry the first pause after a failure, doubled each time
 * @param longestRetry the longest pause
 * @param refusedRetry the pause where the tenant must act: servers lock out who keeps trying
 * @param refusedPush the pause after an answer of the ingress that only an operator can change
 * @param healthyAfter a connection that held for this long was good: the next pause is the first again
 * @param quiet at least between two looks into a folder, whatever the server says
 */
@ConfigurationProperties("waybill.watch")
record WatchSettings(
        @Bindable(defaultValue = "15m") Duration tick,
        @Bindable(defaultValue = "60s") Duration listing,
        @Bindable(defaultValue = "9m") Duration watchdog,
        @Bindable(defaultValue = "60s") Duration poll,
        @Bindable(defaultValue = "15s") Duration connectTimeout,
        @Bindable(defaultValue = "60s") Duration readTimeout,
        @Bindable(defaultValue = "1s") Duration firstRetry,
        @Bindable(defaultValue = "5m") Duration longestRetry,
        @Bindable(defaultValue = "5m") Duration refusedRetry,
        @Bindable(defaultValue = "60s") Duration refusedPush,
        @Bindable(defaultValue = "60s") Duration healthyAfter,
        @Bindable(defaultValue = "100ms") Duration quiet) {
    WatchSettings {
        if (watchdog.compareTo(Duration.ofMinutes(28)) > 0) {
            throw new IllegalArgumentException("waybill.watch.watchdog must be below the 29 minutes of RFC 2177");
        }
        for (Duration each : new Duration[] {
            tick,
            listing,
            watchdog,
            poll,
            connectTimeout,
            readTimeout,
            firstRetry,
            longestRetry,
            refusedRetry,
            refusedPush,
            healthyAfter,
            quiet
        }) {
            if (!each.isPositive()) {
                throw new IllegalArgumentException("the times of waybill.watch must be positive");
            }
        }
    }
}
