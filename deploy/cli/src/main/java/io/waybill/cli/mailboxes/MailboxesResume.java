package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.topics.TopicWriter;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.Control;
import io.waybill.contracts.EnqueueResult;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        description = {
            "Resume a mailbox, or all mailboxes of a tenant, and list them: what came while they were paused is taken"
                    + " in.",
            "On one that is not paused it only lists."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes resume acme/support", "  waybill mailboxes resume acme"})
final class MailboxesResume implements Callable<Integer> {
    @Parameters(
            paramLabel = "TENANT[/MAILBOX]",
            converter = Target.Converter.class,
            description = "The mailbox, or the tenant.")
    private Target target;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** What was done. */
    record Resumed(String name, boolean wasPaused, int listings, List<String> stillPaused) {}

    @Override
    public Integer call() {
        Map<String, Object> kafka = connection.kafka();
        MailboxTable table = MailboxTable.read(kafka);
        List<Mailbox> meant = target.in(table);
        boolean wasPaused = table.controls().remove(target.key()) != null;
        if (meant.isEmpty() && !wasPaused) {
            throw MailboxesPause.unknown(target);
        }
        List<Mailbox> free = meant.stream()
                .filter(mailbox -> table.pausedBy(mailbox.key()).isEmpty())
                .toList();
        List<PointerJob> listings = listings(free);
        try (TopicWriter writer = new TopicWriter(kafka)) {
            if (wasPaused) {
                writer.put(Topics.CONTROLS, target.key(), null);
                writer.flush();
            }
            enqueue(writer, listings);
        }
        List<String> stillPaused = meant.stream()
                .filter(mailbox -> !free.contains(mailbox))
                .map(mailbox -> mailbox.key().toString())
                .toList();
        output.object(new Resumed(target.name(), wasPaused, listings.size(), stillPaused));
        output.line(target + (wasPaused ? " is resumed" : " was not paused") + "; "
                + (listings.size() == 1 ? "1 folder is" : listings.size() + " folders are") + " being listed.");
        meant.stream()
                .filter(mailbox -> !free.contains(mailbox))
                .forEach(mailbox -> output.warning(mailbox.key() + " stays paused, by "
                        + table.pausedBy(mailbox.key()).map(Control::key).orElse("")));
        return Exit.DONE;
    }

    private List<PointerJob> listings(List<Mailbox> mailboxes) {
        Instant now = connection.surroundings().clock().instant();
        return mailboxes.stream()
                .flatMap(mailbox -> mailbox.source().folders().stream()
                        .map(folder -> PointerJob.of(
                                mailbox, new ChangesPointer(ChangesPointer.Reason.RESUMED, folder, null), now)))
                .toList();
    }

    private static void enqueue(TopicWriter writer, List<PointerJob> listings) {
        if (listings.isEmpty()) {
            return;
        }
        writer.prepare(Topics.POINTERS);
        Optional<String> failure = switch (new PointerProducer(writer, "waybill-cli").send(listings)) {
            case EnqueueResult.Enqueued _ -> Optional.empty();
            case EnqueueResult.NotEnqueued not -> Optional.of(not.reason());
        };
        failure.ifPresent(reason -> {
            throw Problem.incomplete(
                    "resumed, but the listing was not enqueued (" + reason + ")",
                    Topics.POINTERS.name(),
                    "Run it again to list now; otherwise the next tick lists.");
        });
    }
}
