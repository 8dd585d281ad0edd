package io.waybill.cli.dlq;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "redrive",
        description = {
            "Put dead letters back to work, under a new generation of their jobs. Without --execute only says what"
                    + " would happen.",
            "Each is re-driven once, also where this is killed, repeated, or run by two at once."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  waybill dlq redrive --code HANDLER_REFUSED",
            "  waybill dlq redrive --mailbox acme/support --execute --by \"night shift\"",
            "  waybill dlq redrive ID ID --execute"
        })
final class DlqRedrive implements Callable<Integer> {
    @Mixin
    private Selection selection;

    @Option(names = "--execute", order = 4, description = "Do it.")
    private boolean execute;

    @Option(
            names = "--by",
            order = 5,
            paramLabel = "NAME",
            description = "Who does it, for the record. Default: $USER.")
    private String by;

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
            String redriveId,
            int matched,
            int redriven,
            int left,
            Set<String> notOpen,
            boolean truncated,
            boolean executed,
            boolean finished) {}

    @Override
    public Integer call() {
        Map<String, Object> kafka = connection.kafka();
        DeadLetterFilter filter = selection.filter();
        Clock clock = connection.surroundings().clock();
        return execute ? execute(kafka, filter, clock) : dryRun(DeadLetterTable.read(kafka, filter), clock.instant());
    }

    private int dryRun(DeadLetterTable open, Instant now) {
        List<DeadLetter> ready = open.letters().stream()
                .filter(letter -> letter.job().isPresent())
                .toList();
        List<DeadLetter> left =
                open.letters().stream().filter(letter -> letter.job().isEmpty()).toList();
        output.table(
                DeadLetterLine.HEADINGS,
                ready.stream()
                        .limit(Closing.SHOWN)
                        .map(letter -> DeadLetterLine.of(letter, now).row())
                        .toList());
        ready.forEach(letter -> output.object(new Line(DeadLetterLine.of(letter, now), "redrive")));
        left.forEach(letter -> output.object(new Line(DeadLetterLine.of(letter, now), "leave")));
        Set<String> notOpen = selection.notAmong(open.letters());
        output.object(new Sums(
                null, open.letters().size(), ready.size(), left.size(), notOpen, open.truncated(), false, false));
        if (ready.size() > Closing.SHOWN) {
            output.line("… and " + (ready.size() - Closing.SHOWN) + " more");
        }
        output.line(Closing.count(ready.size()) + " would be re-driven.");
        long old = ready.stream().filter(letter -> letter.beyondHorizon(now)).count();
        if (old > 0) {
            output.line(old + " of them failed more than " + DeadLetter.SETTLED_HORIZON.toDays()
                    + " days ago: by default (WAYBILL_SETTLED_HORIZON) the processor has forgotten them, so all their"
                    + " handlers run again, and only the handler's own unique key keeps a ticket from being made"
                    + " twice.");
        }
        sayLeft(left);
        Closing.sayMissing(output, notOpen);
        Closing.sayTruncated(output, open.truncated());
        if (!ready.isEmpty()) {
            output.line("Nothing was done. Add --execute to do it.");
        }
        return open.truncated() ? Exit.INCOMPLETE : Exit.DONE;
    }

    private int execute(Map<String, Object> kafka, DeadLetterFilter filter, Clock clock) {
        Instant now = clock.instant();
        Redriver.Result result;
        try (Closing.Bar bar = new Closing.Bar(output, "re-driven")) {
            result = new Redriver(kafka, clock).redrive(filter, Closing.by(by, connection), bar::committed);
        }
        result.done().forEach(letter -> output.object(new Line(DeadLetterLine.of(letter, now), "redriven")));
        result.left().forEach(letter -> output.object(new Line(DeadLetterLine.of(letter, now), "left")));
        // Where another operator took over, or it failed, what is not done here may be open still.
        Set<String> notOpen = result.finished() ? selection.notAmong(concat(result)) : Set.of();
        output.object(new Sums(
                result.redriveId(),
                result.done().size() + result.left().size(),
                result.done().size(),
                result.left().size(),
                notOpen,
                result.truncated(),
                true,
                result.finished()));
        output.line(Closing.count(result.done().size()) + " re-driven"
                + (result.done().isEmpty() ? "." : ", as re-drive " + result.redriveId() + "."));
        sayLeft(result.left());
        Closing.sayMissing(output, notOpen);
        Closing.sayTruncated(output, result.truncated());
        return Closing.exit(output, result);
    }

    private void sayLeft(List<DeadLetter> left) {
        if (!left.isEmpty()) {
            output.line(Closing.count(left.size()) + " left alone, as "
                    + (left.size() == 1 ? "it holds" : "they hold")
                    + " no job that could run again: waybill dlq discard closes such.");
        }
    }

    private static List<DeadLetter> concat(Redriver.Result result) {
        return java.util.stream.Stream.concat(result.done().stream(), result.left().stream())
                .toList();
    }
}
