package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A mailbox as the operator applied it: the value of {@code mail.mailboxes}. Holds references to credentials, never a credential.
 *
 * @param tenantId as {@link MailboxKey#tenant}
 * @param mailboxId as {@link MailboxKey#mailbox}
 * @param address the mailbox's own address, for display
 * @param incarnation random, new when provider, host or user changes: part of every job id
 * @param formerIncarnations earlier ones, newest first, at most {@link #MAX_FORMER}: their jobs are superseded, not unknown
 * @param k random routing id in callback URLs; not a secret and never authentication
 * @param since mail that arrived earlier is not listed; fixed when the mailbox was first applied
 * @param handlers names of the handlers, run in this order; at least one
 * @param limits bounds of this mailbox
 * @param source how its mail is reached
 * @param removed true from {@code mailboxes remove} until the tombstone
 */
@JsonPropertyOrder({
    "tenantId",
    "mailboxId",
    "address",
    "incarnation",
    "formerIncarnations",
    "k",
    "since",
    "handlers",
    "limits",
    "source",
    "removed"
})
public record Mailbox(
        String tenantId,
        String mailboxId,
        String address,
        String incarnation,
        List<String> formerIncarnations,
        String k,
        Instant since,
        List<String> handlers,
        MailboxLimits limits,
        MailboxSource source,
        boolean removed) {
    /** Older pointers than those of the last 20 incarnations are unknown. */
    public static final int MAX_FORMER = 20;

    public Mailbox {
        Objects.requireNonNull(incarnation, "incarnation");
        Text.requireToken("incarnation", incarnation, 64);
        Objects.requireNonNull(k, "k");
        Text.requireToken("k", k, 64);
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(source, "source");
        formerIncarnations = formerIncarnations == null ? List.of() : List.copyOf(formerIncarnations);
        handlers = List.copyOf(handlers);
        limits = limits == null ? MailboxLimits.DEFAULTS : limits;
        new MailboxKey(tenantId, mailboxId);
    }

    /** Tenant and mailbox: the record key. */
    @JsonIgnore
    public MailboxKey key() {
        return new MailboxKey(tenantId, mailboxId);
    }

    /** Who holds the mail. */
    @JsonIgnore
    public Provider provider() {
        return source.provider();
    }

    /** The same mailbox, marked as removed. */
    public Mailbox asRemoved() {
        return new Mailbox(
                tenantId,
                mailboxId,
                address,
                incarnation,
                formerIncarnations,
                k,
                since,
                handlers,
                limits,
                source,
                true);
    }
}
