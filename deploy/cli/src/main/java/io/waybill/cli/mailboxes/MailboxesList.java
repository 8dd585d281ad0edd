package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.contracts.Control;
import io.waybill.contracts.Mailbox;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = {
            "List the mailboxes, with what listens for their mail where that can be asked.",
            "CALLBACK is the path that a listener of your own posts to on ingress/imap."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes list", "  waybill mailboxes list --json"})
final class MailboxesList implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** One mailbox; the names are a contract with scripts. */
    record Line(
            String mailbox,
            String provider,
            String address,
            List<String> handlers,
            String state,
            String pausedBy,
            String reason,
            String listener,
            String callback,
            Instant since) {}

    @Override
    public Integer call() {
        MailboxTable table = MailboxTable.read(connection.kafka());
        Listeners listeners = Listeners.ask(connection);
        List<Line> lines = table.mailboxes().values().stream()
                .map(mailbox -> line(mailbox, table, listeners))
                .toList();
        lines.forEach(output::object);
        table.unreadable().forEach(key -> output.warning("cannot be read by this version: " + Output.printable(key)));
        if (lines.isEmpty()) {
            output.line("No mailboxes. `waybill mailboxes apply FILE` brings some.");
            return Exit.DONE;
        }
        output.table(
                List.of("mailbox", "provider", "address", "handlers", "state", "listener", "callback"),
                lines.stream()
                        .map(line -> List.of(
                                line.mailbox(),
                                line.provider(),
                                line.address(),
                                String.join(",", line.handlers()),
                                line.reason() == null || line.reason().isEmpty()
                                        ? line.state()
                                        : line.state() + " (" + line.reason() + ")",
                                line.listener() == null ? "-" : line.listener(),
                                line.callback() == null ? "-" : line.callback()))
                        .toList());
        listeners.trouble().ifPresent(why -> output.line("LISTENER is not known: " + why));
        return Exit.DONE;
    }

    private static Line line(Mailbox mailbox, MailboxTable table, Listeners listeners) {
        Optional<Control> paused = table.pausedBy(mailbox.key());
        String state = mailbox.removed() ? "removed" : paused.isPresent() ? "paused" : "active";
        return new Line(
                mailbox.key().toString(),
                mailbox.provider().token(),
                mailbox.address(),
                mailbox.handlers(),
                state,
                paused.map(Control::by).orElse(null),
                paused.map(Control::reason).orElse(null),
                mailbox.removed() ? null : listeners.of(mailbox.key()).orElse(null),
                mailbox.removed() ? null : callback(mailbox),
                mailbox.since());
    }

    private static String callback(Mailbox mailbox) {
        return switch (mailbox.provider()) {
            case IMAP -> "/imap/notifications?k=" + mailbox.k();
            case MICROSOFT, GOOGLE -> null;
        };
    }
}
