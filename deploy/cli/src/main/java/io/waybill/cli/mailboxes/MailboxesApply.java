package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.mailboxes.MailboxApply.Change;
import io.waybill.cli.mailboxes.MailboxApply.Step;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description = {
            "Bring the mailboxes and push registrations of a file into force. Running processes take them up at once.",
            "Never removes: mailboxes that the file does not name stay as they are. `since` counts when a mailbox is"
                    + " first applied.",
            "Of the push registrations it removes those that it does not name and whose topic it names others for.",
            "Handlers that it may name are those that the processor has; it is asked, where it is known."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes apply --dry-run mailboxes.yml", "  waybill mailboxes apply mailboxes.yml"})
final class MailboxesApply implements Callable<Integer> {
    @Mixin
    private FileArgument argument;

    @Mixin
    private KnownHandlers handlers;

    @Option(names = "--dry-run", order = 1, description = "Only say what would change.")
    private boolean dryRun;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** One mailbox and what becomes of it. */
    record Line(String mailbox, String change, String address, Instant since, String incarnation, boolean applied) {}

    /** One push registration and what becomes of it. */
    record PushLine(String pushRegistration, String change, String topic, String subscription, boolean applied) {}

    @Override
    public Integer call() {
        Clock clock = connection.surroundings().clock();
        MailboxesFile file = argument.read(handlers.running(connection, output), clock);
        if (!file.mistakes().isEmpty()) {
            FileArgument.tell(output, file.mistakes());
            return Exit.USAGE;
        }
        Map<String, Object> kafka = connection.kafka();
        MailboxApply.Applied applied = new MailboxApply(clock).apply(kafka, file, dryRun);
        List<Step> steps = applied.mailboxes();
        steps.forEach(step -> output.object(line(step)));
        output.table(
                List.of("mailbox", dryRun ? "would be" : "is", "address", "since"),
                steps.stream()
                        .map(step -> List.of(
                                step.key().toString(),
                                step.change().word(),
                                step.after().address(),
                                step.after().since().toString()))
                        .toList());
        tell(applied.pushRegistrations());
        applied.warnings(file.entries()).forEach(output::warning);
        if (dryRun) {
            output.line("Nothing was done. Leave --dry-run away to do it.");
        }
        return Exit.DONE;
    }

    private void tell(List<PushRegistrationStep> registrations) {
        if (registrations.isEmpty()) {
            return;
        }
        registrations.forEach(step -> output.object(line(step)));
        output.line("");
        output.table(
                List.of("push registration", dryRun ? "would be" : "is", "subscription"),
                registrations.stream()
                        .map(step -> List.of(
                                step.registration().k(),
                                step.change().word(),
                                step.registration().subscription()))
                        .toList());
    }

    private PushLine line(PushRegistrationStep step) {
        return new PushLine(
                step.registration().k(),
                step.change().word(),
                step.registration().topic(),
                step.registration().subscription(),
                !dryRun && step.change() != PushRegistrationStep.Change.UNCHANGED);
    }

    private Line line(Step step) {
        return new Line(
                step.key().toString(),
                step.change().word(),
                step.after().address(),
                step.after().since(),
                step.after().incarnation(),
                !dryRun && step.change() != Change.UNCHANGED);
    }
}
