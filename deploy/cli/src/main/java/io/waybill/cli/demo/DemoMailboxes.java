package io.waybill.cli.demo;

import io.waybill.cli.mailboxes.MailboxApply;
import io.waybill.cli.mailboxes.MailboxEntry;
import io.waybill.cli.mailboxes.MailboxesFile;
import io.waybill.cli.up.Emulators;
import io.waybill.cli.up.GmailEmulator;
import io.waybill.cli.up.GraphEmulator;
import io.waybill.cli.up.Plan;
import io.waybill.cli.up.Ports;
import io.waybill.cli.up.Stack;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The mailboxes of the demo.
 *
 * @param support on a mail server, by IMAP
 * @param office in Microsoft 365, by Graph
 * @param desk in Google Workspace, by Gmail
 */
record DemoMailboxes(Mailbox support, Mailbox office, Mailbox desk) {
    static final String SUPPORT = "support@demo.example";
    static final String OFFICE = "office@demo.example";
    static final String DESK = "desk@demo.example";
    static final String OTHER_FOLDER = "Orders";

    private static final CredentialReference PASSWORD = new CredentialReference("file:demo-mailbox.password");
    private static final CredentialReference APP_SECRET = new CredentialReference("file:demo-graph.secret");

    /** Where the emulator puts the key of its service account. */
    static final CredentialReference SERVICE_ACCOUNT = new CredentialReference("file:demo-gmail.json");

    /** The first fails where a mail asks for it; what it lets pass, the second makes a ticket of. */
    private static final List<String> HANDLERS = List.of("rehearsal", "tickets");

    /**
     * Applies them as {@code mailboxes apply} does.
     *
     * @param further handlers that get each mail after ours
     */
    static DemoMailboxes apply(Stack stack, Plan plan, List<String> further, Clock clock) {
        List<String> handlers =
                Stream.concat(HANDLERS.stream(), further.stream()).toList();
        GmailEmulator gmail = plan.emulators().flatMap(Emulators::gmail).orElseThrow();
        MailboxesFile wanted = new MailboxesFile(
                List.of(
                        entry("support", SUPPORT, handlers, imap(plan)),
                        entry("office", OFFICE, handlers, graph(plan)),
                        entry("desk", DESK, handlers, gmail())),
                List.of(gmail.registration()),
                List.of());
        List<Mailbox> applied = new MailboxApply(clock)
                .apply(stack.kafka(), wanted, false).mailboxes().stream()
                        .map(MailboxApply.Step::after)
                        .toList();
        return new DemoMailboxes(applied.get(0), applied.get(1), applied.get(2));
    }

    private static ImapAccount imap(Plan plan) {
        Plan.MailServer server = plan.mail().orElseThrow();
        plan.secrets().put(PASSWORD, server.password());
        return new ImapAccount(
                Ports.HOST,
                server.imapPort(),
                ImapAccount.Tls.NONE,
                server.user(),
                PASSWORD,
                List.of("INBOX", OTHER_FOLDER),
                null);
    }

    private static MicrosoftAccount graph(Plan plan) {
        GraphEmulator graph = plan.emulators().flatMap(Emulators::graph).orElseThrow();
        plan.secrets().put(APP_SECRET, graph.clientSecret());
        return new MicrosoftAccount(
                graph.tenantId(),
                graph.clientId(),
                new MicrosoftAccount.ClientSecret(APP_SECRET),
                graph.users().getFirst().id(),
                null,
                null);
    }

    private static GoogleAccount gmail() {
        return new GoogleAccount(SERVICE_ACCOUNT, DESK, GmailEmulator.TOPIC);
    }

    private static MailboxEntry entry(String name, String address, List<String> handlers, MailboxSource source) {
        return new MailboxEntry(
                new MailboxKey("demo", name), address, handlers, MailboxLimits.DEFAULTS, source, Optional.empty());
    }
}
