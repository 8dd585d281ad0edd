package io.waybill.inbound;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.waybill.sources.gmail.GmailQuota;

/** What Gmail lets this process spend, {@code waybill.gmail.quota.*}; the words are those of {@link GmailQuota}. */
@ConfigurationProperties("waybill.gmail.quota")
public record GmailQuotaSettings(
        @Bindable(defaultValue = "6000") int unitsPerMinutePerUser,
        @Bindable(defaultValue = "1200000") int unitsPerMinutePerProject,
        @Bindable(defaultValue = "20") int messageGet,
        @Bindable(defaultValue = "5") int messageList,
        @Bindable(defaultValue = "2") int historyList,
        @Bindable(defaultValue = "1") int profile) {

    /** Watches are another process's; what they cost says nothing here. */
    GmailQuota quota() {
        GmailQuota.Costs costs = GmailQuota.Costs.DEFAULTS;
        return new GmailQuota(
                unitsPerMinutePerUser,
                unitsPerMinutePerProject,
                new GmailQuota.Costs(messageGet, messageList, historyList, profile, costs.watch(), costs.stop()));
    }
}
