package io.waybill.cli.mailboxes;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Provider;
import java.util.List;
import java.util.Locale;

/**
 * Which account a mailbox is. Provider, host and user name an account, or cloud, directory and user, or the user alone; the rest are ways
 * to it.
 */
record AccountKey(Provider provider, List<String> names) {
    static AccountKey of(MailboxSource source) {
        return new AccountKey(
                source.provider(),
                switch (source) {
                    case ImapAccount imap -> List.of(imap.host().toLowerCase(Locale.ROOT), imap.username());
                    case MicrosoftAccount microsoft ->
                        List.of(
                                microsoft.cloud().word(),
                                microsoft.tenantId(),
                                microsoft.userId().toLowerCase(Locale.ROOT));
                    case GoogleAccount google -> List.of(google.subject());
                });
    }
}
