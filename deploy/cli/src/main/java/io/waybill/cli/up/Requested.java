package io.waybill.cli.up;

import io.waybill.cli.Output;
import io.waybill.cli.mailboxes.MailboxApply;
import io.waybill.cli.mailboxes.MailboxEntry;
import io.waybill.cli.mailboxes.MailboxesFile;
import io.waybill.contracts.Provider;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The mailboxes that {@code --mailboxes} asks for: read and checked before anything is started. */
record Requested(List<MailboxEntry> entries, Clock clock) {
    /**
     * @param file null asks for none
     * @param handlers names that a mailbox may ask for
     */
    static Requested read(Path file, Set<String> handlers, Clock clock) {
        return new Requested(
                file == null
                        ? List.of()
                        : MailboxesFile.read(file, handlers, clock).entriesOrProblem(),
                clock);
    }

    /** Whose mailboxes they are. */
    Set<Provider> providers() {
        return entries.stream().map(entry -> entry.source().provider()).collect(Collectors.toSet());
    }

    void apply(Stack stack, Output output) {
        if (entries.isEmpty()) {
            return;
        }
        List<MailboxApply.Step> steps = new MailboxApply(clock).apply(stack.kafka(), entries, false);
        long changed = steps.stream()
                .filter(step -> step.change() != MailboxApply.Change.UNCHANGED)
                .count();
        output.progress(String.format(
                Locale.ROOT, "%-12s %d applied, %d of them new or changed", "mailboxes", steps.size(), changed));
        steps.forEach(
                step -> output.detail("  " + step.key() + " " + step.change().word()));
    }
}
