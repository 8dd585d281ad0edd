package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * How a mailbox is announced by its provider: the value of {@code mail.subscriptions}, under the mailbox's key. Written by watch alone.
 * Holds no secret: what proves a notification is derived from the install key whenever it is needed.
 *
 * @param tenantId as {@link MailboxKey#tenant}
 * @param mailboxId as {@link MailboxKey#mailbox}
 * @param state how it stands
 * @param since when it came to stand so
 * @param held what the provider holds, as far as we know; null for nothing
 * @param code why it fails; null where it does not
 * @param detail the same in words of ours; null where it does not fail
 */
@JsonPropertyOrder({"tenantId", "mailboxId", "state", "since", "held", "code", "detail"})
public record Subscription(
        String tenantId, String mailboxId, State state, Instant since, Held held, FailureCode code, String detail) {
    /** How a mailbox's announcements stand. */
    public enum State {
        /** The provider announces what comes. */
        ACTIVE,
        /** It cannot be kept, and somebody must act. */
        FAILING,
        /** There is none, because providers have no address to call: the mailbox is listed often instead. */
        LISTED;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the provider holds.
     *
     * @param id the provider's name of it
     * @param terms on which it was made; on others it is made anew
     * @param expiresAt when the provider drops it
     * @param madeAt when it was made
     * @param renewedAt when it was last renewed; first {@code madeAt}
     */
    public record Held(String id, Terms terms, Instant expiresAt, Instant madeAt, Instant renewedAt) {
        public Held {
            Text.requireToken("id", Objects.requireNonNull(id, "id"), SubscriptionEvent.MAX_ID);
            Objects.requireNonNull(terms, "terms");
            Objects.requireNonNull(expiresAt, "expiresAt");
            Objects.requireNonNull(madeAt, "madeAt");
            Objects.requireNonNull(renewedAt, "renewedAt");
        }

        /** The same, renewed. */
        public Held renewed(Instant now, Instant until) {
            return new Held(id, terms, until, madeAt, now);
        }
    }

    /**
     * What cannot be changed of a subscription once it is made.
     *
     * @param incarnation the mailbox's
     * @param clientId the app that made it, and that alone may renew it
     * @param resource what is watched
     * @param notificationUrl where notifications go
     * @param keyId which install key its notifications are proved with
     */
    public record Terms(String incarnation, String clientId, String resource, String notificationUrl, String keyId) {}

    public Subscription {
        new MailboxKey(tenantId, mailboxId);
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(since, "since");
    }

    public static Subscription active(MailboxKey mailbox, Instant since, Held held) {
        return new Subscription(
                mailbox.tenant(), mailbox.mailbox(), State.ACTIVE, since, Objects.requireNonNull(held), null, null);
    }

    /** @param held null for nothing */
    public static Subscription failing(MailboxKey mailbox, Instant since, Held held, FailureCode code, String detail) {
        return new Subscription(mailbox.tenant(), mailbox.mailbox(), State.FAILING, since, held, code, detail);
    }

    public static Subscription listed(MailboxKey mailbox, Instant since) {
        return new Subscription(mailbox.tenant(), mailbox.mailbox(), State.LISTED, since, null, null, null);
    }

    /** Tenant and mailbox: the record key. */
    @JsonIgnore
    public MailboxKey key() {
        return new MailboxKey(tenantId, mailboxId);
    }

    /** Whether what comes is announced, at that time: then a listing is only a safeguard. */
    public boolean announces(Instant now) {
        return state == State.ACTIVE && held.expiresAt().isAfter(now);
    }
}
