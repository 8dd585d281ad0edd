package io.waybill.sources;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;

/**
 * Which source serves which mailbox.
 *
 * @param imap serves IMAP accounts
 * @param graph serves mailboxes of Microsoft 365
 * @param gmail serves mailboxes of Google Workspace
 */
public record MailSources(MailSource imap, MailSource graph, MailSource gmail) implements AutoCloseable {
    /** The source for a mailbox; a new provider does not compile until it is named here. */
    public MailSource of(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case ImapAccount _ -> imap;
            case MicrosoftAccount _ -> graph;
            case GoogleAccount _ -> gmail;
        };
    }

    @Override
    public void close() {
        imap.close();
        graph.close();
        gmail.close();
    }
}
