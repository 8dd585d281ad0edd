package io.waybill.cli.dlq;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "discard",
        description = {
            "Close dead letters for good: what they point to is not handled. Without --execute only says what would"
                    + " happen.",
            "Redacted ones, which hold no job, can only be discarded."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill dlq discard ID", "  waybill dlq discard --code UNDECODABLE --execute"})
final class DlqDiscard implements Callable<Integer> {
    @Mixin
    private Selection selection;

    @Option(names = "--execute", order = 4, description = "Do it.")
    private boolean execute;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** One dead letter and what is done, or would be. */
    record Line(DeadLetterLine deadLetter, String action) {}

    /**
     * The last line.
     *
     * @param notOpen ids that were named and are not open
     * @param truncated whether more match than one run takes
     */
    record Sums(
            int matched, int discarded, Set<String> notOpen, boolean truncated, boolean executed, boolean finished) {}

    @Override
    public Integer call() {
        Map<String, Object> kafka = connection.kafka();
        DeadLetterFilter filter = selection.filter();
        Clock clock = connection.surroundings().clock();
        return execute ? execute(kafka, filter, clock) : dryRun(DeadLetterTable.read(kafka, filter), clock.instant());
    }

    private int dryRun(DeadLetterTable open, Instant now) {
        output.table(
                DeadLetterLine.HEADINGS,
                open.letters().stream()
                        .limit(Closing.SHOWN)
                        .map(letter -> DeadLetterLine.of(letter, now).row())
                        .toList());
        open.letters().forEach(letter -> output.object(new Line(DeadLetterLine.of(letter, now), "discard")));
        Set<String> notOpen = selection.notAmong(open.letters());
        output.object(new Sums(open.letters().size(), open.letters().size(), notOpen, open.truncated(), false, false));
        output.line(Closing.count(open.letters().size()) + " would be discarded.");
        Closing.sayMissing(output, notOpen);
        Closing.sayTruncated(output, open.truncated());
        if (!open.letters().isEmpty()) {
            output.line("Nothing was done. Add --execute to do it; it cannot be undone.");
        }
        return open.truncated() ? Exit.INCOMPLETE : Exit.DONE;
    }

    private int execute(Map<String, Object> kafka, DeadLetterFilter filter, Clock clock) {
        Instant now = clock.instant();
        Redriver.Result result;
        try (Closing.Bar bar = new Closing.Bar(output, "discarded")) {
            result = new Redriver(kafka, clock).discard(filter, bar::committed);
        }
        result.done().forEach(letter -> output.object(new Line(DeadLetterLine.of(letter, now), "discarded")));
        Set<String> notOpen = result.finished() ? selection.notAmong(result.done()) : Set.of();
        output.object(new Sums(
                result.done().size(), result.done().size(), notOpen, result.truncated(), true, result.finished()));
        output.line(Closing.count(result.done().size()) + " discarded.");
        Closing.sayMissing(output, notOpen);
        Closing.sayTruncated(output, result.truncated());
        return Closing.exit(output, result);
    }
}
