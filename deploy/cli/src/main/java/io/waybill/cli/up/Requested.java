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

/** The mailboxes that {@code --mailboxes} asks for: read and checked before anything is started. */
record Requested(MailboxesFile mailboxes, Clock clock) {
    /**
     * @param file null asks for none
     * @param handlers names that a mailbox may ask for
     */
    static Requested read(Path file, Set<String> handlers, Clock clock) {
        return new Requested(
                file == null
                        ? MailboxesFile.NONE
                        : MailboxesFile.read(file, handlers, clock).rightOrProblem(),
                clock);
    }

    /** Whose callbacks they wait for. */
    Set<Provider> providers() {
        return Called.by(mailboxes.entries().stream().map(MailboxEntry::source));
    }

    void apply(Stack stack, Output output) {
        if (mailboxes.entries().isEmpty()) {
            return;
        }
        MailboxApply.Applied applied = new MailboxApply(clock).apply(stack.kafka(), mailboxes, false);
        List<MailboxApply.Step> steps = applied.mailboxes();
        long changed = steps.stream()
                .filter(step -> step.change() != MailboxApply.Change.UNCHANGED)
                .count();
        output.progress(String.format(
                Locale.ROOT, "%-12s %d applied, %d of them new or changed", "mailboxes", steps.size(), changed));
        steps.forEach(
                step -> output.detail("  " + step.key() + " " + step.change().word()));
        applied.pushRegistrations()
                .forEach(step -> output.detail("  push registration "
                        + step.registration().k() + " " + step.change().word()));
        applied.warnings(mailboxes.entries()).forEach(output::warning);
    }
}
