package io.waybill.sources;

import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;

/**
 * Which source serves which mailbox.
 *
 * @param imap serves IMAP accounts
 */
public record MailSources(MailSource imap) implements AutoCloseable {
    /** The source for a mailbox; a new provider does not compile until it is named here. */
    public MailSource of(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case ImapAccount _ -> imap;
        };
    }

    @Override
    public void close() {
        imap.close();
    }
}
