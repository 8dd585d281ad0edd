package io.waybill.cli.demo;

import io.waybill.cli.mailboxes.MailboxApply;
import io.waybill.cli.mailboxes.MailboxEntry;
import io.waybill.cli.up.Plan;
import io.waybill.cli.up.Ports;
import io.waybill.cli.up.Stack;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The only mailbox of the demo. */
final class DemoMailbox {
    static final String ADDRESS = "support@demo.example";
    static final String OTHER_FOLDER = "Orders";

    private static final CredentialReference PASSWORD = new CredentialReference("file:demo-mailbox.password");

    /** The first fails where a mail asks for it; what it lets pass, the second makes a ticket of. */
    private static final List<String> HANDLERS = List.of("rehearsal", "tickets");

    private DemoMailbox() {}

    /**
     * Applies it as {@code mailboxes apply} does.
     *
     * @param further handlers that get each mail after ours
     */
    static Mailbox apply(Stack stack, Plan plan, List<String> further, Clock clock) {
        Plan.MailServer server = plan.mail().orElseThrow();
        plan.secrets().put(PASSWORD, server.password());
        ImapAccount account = new ImapAccount(
                Ports.HOST,
                server.imapPort(),
                ImapAccount.Tls.NONE,
                server.user(),
                PASSWORD,
                List.of("INBOX", OTHER_FOLDER),
                null);
        MailboxEntry entry = new MailboxEntry(
                new MailboxKey("demo", "support"),
                ADDRESS,
                Stream.concat(HANDLERS.stream(), further.stream()).toList(),
                MailboxLimits.DEFAULTS,
                account,
                Optional.empty());
        return new MailboxApply(clock)
                .apply(stack.kafka(), List.of(entry), false)
                .getFirst()
                .after();
    }
}
