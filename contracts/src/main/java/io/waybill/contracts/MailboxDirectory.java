package io.waybill.contracts;

import java.util.Collection;
import java.util.Optional;

/** The mailboxes that operators applied, and which of them are paused. Safe for use by many threads. */
public interface MailboxDirectory {
    /** The mailbox, removed ones included until their tombstone. */
    Optional<Mailbox> find(MailboxKey key);

    /** The mailbox that a callback's routing id names, unless it was removed. */
    Optional<Mailbox> byRoutingId(String k);

    /** The push registration with that routing id. */
    Optional<PushRegistration> pushRegistration(String k);

    /** The mailboxes whose user has that address, in lower case, and that publish to that topic; removed ones are none. */
    Collection<Mailbox> ofGoogle(String topic, String address);

    /** Whether an operator paused the mailbox or its tenant. */
    boolean isPaused(MailboxKey key);

    /** All mailboxes that are not removed. */
    Collection<Mailbox> all();
}
