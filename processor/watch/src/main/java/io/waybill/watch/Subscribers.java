package io.waybill.watch;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import java.util.Optional;

/**
 * Who brings which provider to announce mail.
 *
 * @param graph for mailboxes of Microsoft 365
 * @param gmail for those of Google Workspace
 */
record Subscribers(Subscriber graph, Subscriber gmail) {
    /** Empty where nobody does: the mailbox has a listener. */
    Optional<Subscriber> of(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case MicrosoftAccount _ -> Optional.of(graph);
            case GoogleAccount _ -> Optional.of(gmail);
            case ImapAccount _ -> Optional.empty();
        };
    }
}
