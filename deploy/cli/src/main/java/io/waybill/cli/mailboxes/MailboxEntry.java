package io.waybill.cli.mailboxes;

import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MailboxSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A mailbox as mailboxes.yml wants it.
 *
 * @param key tenant and mailbox, unique in the file
 * @param address for display
 * @param handlers in the order in which they run
 * @param limits bounds
 * @param source how its mail is reached
 * @param since mail that arrived earlier is not taken in; empty: from the moment it is first applied
 */
public record MailboxEntry(
        MailboxKey key,
        String address,
        List<String> handlers,
        MailboxLimits limits,
        MailboxSource source,
        Optional<Instant> since) {}
