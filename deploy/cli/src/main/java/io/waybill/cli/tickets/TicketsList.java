package io.waybill.cli.tickets;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.mailboxes.MailboxKeyConverter;
import io.waybill.contracts.MailboxKey;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List the tickets that changed last, the newest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  waybill tickets list", "  waybill tickets list --mailbox acme/support --limit 5 --json"})
final class TicketsList implements Callable<Integer> {
    private static final int MAX_LIMIT = 10_000;

    @Option(
            names = "--mailbox",
            order = 1,
            paramLabel = "TENANT/MAILBOX",
            converter = MailboxKeyConverter.class,
            description = "Those of this mailbox.")
    private MailboxKey mailbox;

    @Option(names = "--limit", order = 2, paramLabel = "N", description = "At most so many. Default: ${DEFAULT-VALUE}.")
    private int limit = 20;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    @Override
    public Integer call() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw Problem.usage("not a number of tickets", "--limit", "Write 1 to " + MAX_LIMIT + ".");
        }
        List<Ticket> tickets;
        try (TicketViews views = TicketViews.open(connection.database())) {
            tickets = views.list(Optional.ofNullable(mailbox), limit);
        }
        tickets.forEach(output::object);
        if (tickets.isEmpty()) {
            output.line("No tickets" + (mailbox == null ? "" : " from " + mailbox) + " yet.");
            return Exit.DONE;
        }
        output.table(
                List.of("number", "mailbox", "subject", "requester", "comments>", "documents>", "updated"),
                tickets.stream()
                        .map(ticket -> List.of(
                                ticket.number(),
                                ticket.tenant() + "/" + ticket.mailbox(),
                                ticket.subject(),
                                ticket.requester() == null ? ticket.requesterName() : ticket.requester(),
                                Integer.toString(ticket.comments()),
                                Integer.toString(ticket.documents()),
                                ticket.updatedAt()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString()))
                        .toList());
        return Exit.DONE;
    }
}
