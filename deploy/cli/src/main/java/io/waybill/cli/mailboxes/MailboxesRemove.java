package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.topics.ExclusiveWriter;
import io.waybill.contracts.Control;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = {
            "Stop taking mail from a mailbox, and skip what is still to be done for it. The mailbox itself is not"
                    + " touched.",
            "Applying it again within 30 days brings it back as it was; after that it is a new one. What is queued,"
                + " waiting or parked is skipped as its turn comes, and what was skipped does not come back with it:"
                + " `waybill mailboxes pause` only holds it.",
            "With --push-registration, stop believing a push subscription of Pub/Sub instead."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes remove acme/support", "  waybill mailboxes remove --push-registration K"})
final class MailboxesRemove implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private Which which;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** What is to go. */
    static final class Which {
        @Parameters(
                index = "0",
                paramLabel = "TENANT/MAILBOX",
                converter = MailboxKeyConverter.class,
                description = "The mailbox.")
        private MailboxKey mailbox;

        @Option(
                names = "--push-registration",
                order = 1,
                paramLabel = "K",
                description = "The push registration, as `waybill mailboxes list` names it.")
        private String pushRegistration;
    }

    /** What was done to a push registration. */
    record RemovedPush(String pushRegistration) {}

    /** What was done. */
    record Removed(String mailbox, boolean wasThere, List<String> forgotten) {}

    @Override
    public Integer call() {
        Map<String, Object> kafka = connection.kafka();
        // As `apply` does: what was read before another apply would take back what that one brought.
        try (ExclusiveWriter writer = new ExclusiveWriter(kafka, MailboxApply.TRANSACTIONAL_ID)) {
            MailboxTable table = MailboxTable.read(kafka);
            return which.mailbox == null
                    ? remove(which.pushRegistration, table, writer)
                    : remove(which.mailbox, table, writer);
        } catch (ExclusiveWriter.TakenOver other) {
            throw MailboxApply.takenOver();
        }
    }

    private int remove(String k, MailboxTable table, ExclusiveWriter writer) {
        if (!table.pushRegistrations().containsKey(k)) {
            throw Problem.incomplete(
                    "no such push registration: " + Output.printable(k), "", "See `waybill mailboxes list`.");
        }
        writer.put(Topics.CONTROLS, PushRegistration.key(k), null);
        writer.commit();
        output.object(new RemovedPush(k));
        output.line("The push registration " + k + " is removed: delete its subscription in Google Cloud as well.");
        return Exit.DONE;
    }

    private int remove(MailboxKey key, MailboxTable table, ExclusiveWriter writer) {
        table.requireReadable(Stream.of(key.toString()));
        Mailbox mailbox = table.mailboxes().get(key);
        if (mailbox == null) {
            throw MailboxesPause.unknown(new Target(Control.Kind.PAUSED_MAILBOX, key.toString()));
        }
        Instant now = connection.surroundings().clock().instant();
        List<String> forgotten =
                table.forgettable(now).stream().map(MailboxKey::toString).toList();
        if (!mailbox.removed()) {
            writer.put(Topics.MAILBOXES, key.toString(), KafkaMailboxDirectory.encode(mailbox.asRemoved()));
        }
        forgotten.forEach(old -> writer.put(Topics.MAILBOXES, old, null));
        writer.commit();
        output.object(new Removed(key.toString(), !mailbox.removed(), forgotten));
        output.line(key + (mailbox.removed() ? " was removed before." : " is removed."));
        if (!mailbox.removed()) {
            output.warning(
                    "what is queued, waiting or parked for it is skipped as its turn comes, and what was skipped is"
                            + " not handled again when it is applied again");
        }
        forgotten.forEach(old -> output.progress("forgotten, as it was removed more than 30 days ago: " + old));
        return Exit.DONE;
    }
}
