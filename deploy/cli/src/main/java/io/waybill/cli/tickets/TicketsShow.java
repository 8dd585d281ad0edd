package io.waybill.cli.tickets;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.tickets.Ticket.Comment;
import io.waybill.cli.tickets.Ticket.Document;
import io.waybill.cli.tickets.Ticket.Link;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show a ticket with its whole thread.",
        footerHeading = "%nExamples:%n",
        footer = {"  waybill tickets show T-1001", "  waybill tickets show 1001 --full"})
final class TicketsShow implements Callable<Integer> {
    /** Of one mail, unless all is asked for: enough to recognise it. */
    private static final int LINES = 40;

    @Parameters(paramLabel = "NUMBER", description = "The ticket's number, with or without T-.")
    private String number;

    @Option(names = "--full", order = 1, description = "All lines of each mail, not only the first " + LINES + ".")
    private boolean full;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    @Override
    public Integer call() {
        String plain = number.strip().toUpperCase(Locale.ROOT);
        String asked = plain.matches("[0-9]+") ? "T-" + plain : plain;
        Optional<Ticket> found;
        try (TicketViews views = TicketViews.open(connection.database())) {
            found = views.find(asked);
        }
        Ticket ticket = found.orElseThrow(
                () -> Problem.incomplete("no such ticket", Output.printable(asked), "See `waybill tickets list`."));
        output.object(ticket);
        header(ticket);
        ticket.thread().forEach(this::comment);
        if (ticket.thread().size() < ticket.comments()) {
            output.line("");
            output.line("… and " + (ticket.comments() - ticket.thread().size()) + " more");
        }
        return Exit.DONE;
    }

    private void header(Ticket ticket) {
        output.line(output.style("bold", ticket.number()) + "  " + Output.printable(ticket.subject()));
        output.line(String.format(
                Locale.ROOT,
                "%s/%s · from %s · %s, %s · opened %s · updated %s",
                ticket.tenant(),
                ticket.mailbox(),
                person(ticket.requesterName(), ticket.requester()),
                count(ticket.comments(), "comment"),
                count(ticket.documents(), "document"),
                seconds(ticket.createdAt()),
                seconds(ticket.updatedAt())));
        for (Link link : ticket.links()) {
            output.line(
                    link.kind().equals("same-message")
                            ? "the same message in " + ticket.tenant() + "/" + link.mailbox() + ": " + link.number()
                            : "possibly related: " + link.number());
        }
    }

    private void comment(Comment comment) {
        output.line("");
        output.line(output.style("bold", "#" + comment.position()) + "  "
                + person(comment.senderName(), comment.sender())
                + " · " + seconds(comment.receivedAt())
                + (comment.recipients() == null ? "" : " · to " + Output.printable(comment.recipients()))
                + remarks(comment).stream().map(remark -> " · " + remark).collect(Collectors.joining()));
        if (comment.flags().contains("fused")) {
            output.line("    (kept here, as its sender's automated mail opened too many tickets within an hour)");
        }
        comment.report().forEach(line -> output.line("    " + Output.printable(line)));
        text(comment);
        List<Document> files = comment.documents().stream()
                .filter(document -> !document.kind().equals("original"))
                .toList();
        if (!files.isEmpty()) {
            output.line("    " + count(files.size(), "document") + ": "
                    + files.stream().map(TicketsShow::file).collect(Collectors.joining(", ")));
        }
        if (!comment.omissions().isEmpty()) {
            output.line("    left out: " + Output.printable(String.join(", ", comment.omissions())));
        }
    }

    /** What a reader must know before he reads: that it is no mail, or none of a person. */
    private static List<String> remarks(Comment comment) {
        Stream<String> kind = comment.kind().equals("mail") ? Stream.empty() : Stream.of(comment.kind());
        Stream<String> flags = comment.flags().stream().map(flag -> switch (flag) {
            case "automated" ->
                comment.signs().isEmpty() ? flag : flag + " (" + String.join(", ", comment.signs()) + ")";
            case "self" -> "from the mailbox itself";
            case String other -> other;
        });
        return Stream.concat(kind, flags).map(Output::printable).toList();
    }

    private void text(Comment comment) {
        if (comment.text() == null) {
            output.line("    (" + (comment.html() == null ? "no text" : "HTML only; --json has it") + ")");
            return;
        }
        List<String> lines = comment.text().strip().lines().toList();
        lines.stream()
                .limit(full ? lines.size() : LINES)
                .forEach(line -> output.line(("    " + Output.printable(line)).stripTrailing()));
        if (!full && lines.size() > LINES) {
            output.line("    … and " + (lines.size() - LINES) + " lines more: --full");
        }
    }

    private static String person(String name, String address) {
        if (address == null) {
            return Output.printable(name);
        }
        return name.isEmpty() || name.equals(address)
                ? Output.printable(address)
                : Output.printable(name + " <" + address + ">");
    }

    private static String file(Document document) {
        return Output.printable(document.fileName()) + " (" + Output.printable(document.mediaType()) + ", "
                + size(document.size()) + ")";
    }

    private static String size(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1_000.0)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1_000_000.0);
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
