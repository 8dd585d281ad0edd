package io.waybill.cli.dlq;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.mailboxes.MailboxKeyConverter;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List the open dead letters, the oldest first.",
        footerHeading = "%nExamples:%n",
        footer = {"  waybill dlq list", "  waybill dlq list --code HANDLER_REFUSED --mailbox acme/support --json"})
final class DlqList implements Callable<Integer> {
    @Option(names = "--code", order = 1, paramLabel = "CODE", description = "Those that failed with this code.")
    private FailureCode code;

    @Option(
            names = "--mailbox",
            order = 2,
            paramLabel = "TENANT/MAILBOX",
            converter = MailboxKeyConverter.class,
            description = "Those of this mailbox.")
    private MailboxKey mailbox;

    @Option(
            names = "--limit",
            order = 3,
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many lines (default ${DEFAULT-VALUE}); the sums count all.")
    private int limit;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /**
     * The last line.
     *
     * @param total of all that match, shown or not
     * @param truncated whether there are more than were counted
     * @param byCode how many failed with which code
     */
    record Sums(int total, boolean truncated, Map<String, Long> byCode) {}

    @Override
    public Integer call() {
        DeadLetterFilter filter =
                new DeadLetterFilter(Set.of(), Optional.ofNullable(code), Optional.ofNullable(mailbox));
        DeadLetterTable open = DeadLetterTable.read(connection.kafka(), filter);
        Instant now = connection.surroundings().clock().instant();
        List<DeadLetterLine> lines = open.letters().stream()
                .map(letter -> DeadLetterLine.of(letter, now))
                .toList();
        List<DeadLetterLine> shown = lines.stream().limit(Math.max(0, limit)).toList();
        Sums sums = new Sums(
                lines.size(),
                open.truncated(),
                lines.stream()
                        .collect(Collectors.groupingBy(DeadLetterLine::code, TreeMap::new, Collectors.counting())));
        shown.forEach(output::object);
        output.object(sums);
        if (lines.isEmpty() && !sums.truncated()) {
            output.line("No dead letters are open" + (filter.equals(DeadLetterFilter.ALL) ? "." : " that match."));
            return Exit.DONE;
        }
        output.table(
                DeadLetterLine.HEADINGS, shown.stream().map(DeadLetterLine::row).toList());
        output.line("");
        output.line(text(sums));
        output.line("waybill dlq show ID tells more of one; waybill dlq redrive puts them back to work.");
        return sums.truncated() ? Exit.INCOMPLETE : Exit.DONE;
    }

    private static String text(Sums sums) {
        return (sums.truncated() ? "More than " : "") + sums.total() + " open"
                + (sums.byCode().isEmpty() ? "" : ": ")
                + sums.byCode().entrySet().stream()
                        .map(sum -> sum.getValue() + " " + sum.getKey())
                        .collect(Collectors.joining(", "));
    }
}
