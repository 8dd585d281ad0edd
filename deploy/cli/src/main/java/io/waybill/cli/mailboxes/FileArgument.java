package io.waybill.cli.mailboxes;

import io.waybill.cli.Output;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Parameters;

/** The file that a verb reads, as a mixin. */
final class FileArgument {
    @Parameters(paramLabel = "FILE", description = "The mailboxes.yml; deploy/samples/mailboxes.yml is an example.")
    private Path file;

    MailboxesFile read(Set<String> handlers, Clock clock) {
        return MailboxesFile.read(file, handlers, clock);
    }

    Path file() {
        return file;
    }

    /** Tells the mistakes, one a line, each findable. */
    static void tell(Output output, List<Mistake> mistakes) {
        mistakes.forEach(mistake -> {
            output.object(mistake);
            output.line(mistake.toString());
        });
        output.line(mistakes.size() == 1 ? "1 mistake." : mistakes.size() + " mistakes.");
    }
}
