package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SharedFoldersTest {
    private static final CredentialReference CREDENTIAL = new CredentialReference("env:WAYBILL_SECRET_ACME");
    private static final String DIRECTORY = "11111111-2222-3333-4444-555555555555";

    @Test
    void warnings_sameFolderOfTheSameImapAccount_nameBoth() {
        assertEquals(
                List.of("acme/sales: reads Archive of the same account as acme/support, so each of its mails is taken"
                        + " in for both"),
                SharedFolders.warnings(List.of(
                        entry("support", imap("mail.example", "INBOX", "Archive")),
                        entry("sales", imap("MAIL.example", "Sales", "Archive")),
                        entry("billing", imap("other.example", "INBOX")))));
    }

    @Test
    void warnings_foldersOfTheirOwn_none() {
        assertEquals(
                List.of(),
                SharedFolders.warnings(List.of(
                        entry("support", imap("mail.example", "INBOX")),
                        entry("sales", imap("mail.example", "Sales")),
                        entry("graph", microsoft("inbox")),
                        entry("other", microsoft("archive")))));
    }

    @Test
    void warnings_sameUserOfGmail_tellOfTheOneWatch() {
        List<String> warnings = SharedFolders.warnings(List.of(
                entry("support", new GoogleAccount(CREDENTIAL, "help@acme.example", null)),
                entry("sales", new GoogleAccount(CREDENTIAL, "Help@acme.example", null))));

        assertEquals(
                List.of("acme/sales: reads INBOX of the same account as acme/support, so each of its mails is taken in"
                        + " for both; and Gmail has one watch for an account: where one of them is removed, or has no"
                        + " topic any more, the other's mail waits for its ticks until the watch is renewed"),
                warnings);
    }

    @Test
    void warnings_sameUserOfGraph() {
        assertEquals(
                1,
                SharedFolders.warnings(
                                List.of(entry("support", microsoft("inbox")), entry("sales", microsoft("Inbox"))))
                        .size());
    }

    private static MailboxEntry entry(String name, MailboxSource source) {
        return new MailboxEntry(
                new MailboxKey("acme", name),
                name + "@acme.example",
                List.of("tickets"),
                new MailboxLimits(null, null),
                source,
                Optional.empty());
    }

    private static ImapAccount imap(String host, String... folders) {
        return new ImapAccount(host, 993, ImapAccount.Tls.TLS, "help", CREDENTIAL, List.of(folders), null);
    }

    private static MicrosoftAccount microsoft(String folder) {
        return MicrosoftAccount.of(DIRECTORY, DIRECTORY, CREDENTIAL, null, "help@acme.example", folder, null);
    }
}
