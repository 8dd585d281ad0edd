package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * What a provider told an ingress of a subscription, for watch to act on: a value of {@code mail.subscriptions}, under the mailbox's key
 * and the kind of event. The last of each kind stays; it is of no effect once the subscription it names is another, or was renewed later.
 *
 * @param tenantId as {@link MailboxKey#tenant}
 * @param mailboxId as {@link MailboxKey#mailbox}
 * @param kind what is to be done
 * @param subscriptionId the provider's name of the subscription, at most {@link #MAX_ID} printable characters
 * @param at when the ingress was told
 */
@JsonPropertyOrder({"tenantId", "mailboxId", "kind", "subscriptionId", "at"})
public record SubscriptionEvent(String tenantId, String mailboxId, Kind kind, String subscriptionId, Instant at) {
    /** Providers name them by GUIDs. */
    public static final int MAX_ID = 128;

    /** What a provider tells of a subscription. */
    public enum Kind {
        /** Notifications pause until it is renewed. */
        RENEW,
        /** There is none any more. */
        REMOVED;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SubscriptionEvent {
        new MailboxKey(tenantId, mailboxId);
        Objects.requireNonNull(kind, "kind");
        Text.requireToken("subscriptionId", Objects.requireNonNull(subscriptionId, "subscriptionId"), MAX_ID);
        Objects.requireNonNull(at, "at");
    }

    public static SubscriptionEvent of(MailboxKey mailbox, Kind kind, String subscriptionId, Instant at) {
        return new SubscriptionEvent(mailbox.tenant(), mailbox.mailbox(), kind, subscriptionId, at);
    }

    /** Whose it is. */
    @JsonIgnore
    public MailboxKey mailbox() {
        return new MailboxKey(tenantId, mailboxId);
    }

    /** The record key: {@code tenant/mailbox/kind}. */
    @JsonIgnore
    public String key() {
        return key(mailbox(), kind);
    }

    static String key(MailboxKey mailbox, Kind kind) {
        return mailbox + "/" + kind.word();
    }
}
