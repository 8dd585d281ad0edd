package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.topics.TopicWriter;
import io.waybill.contracts.Control;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Topics;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = {
            "Pause a mailbox, or all mailboxes of a tenant: their jobs wait and their listeners rest.",
            "No mail is lost: what comes meanwhile stays in the mailbox and is found when it is resumed."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes pause acme/support --reason \"moving house\"", "  waybill mailboxes pause acme"})
final class MailboxesPause implements Callable<Integer> {
    private static final int MAX_REASON = 200;

    @Parameters(
            paramLabel = "TENANT[/MAILBOX]",
            converter = Target.Converter.class,
            description = "The mailbox, or the tenant.")
    private Target target;

    @Option(names = "--reason", order = 1, paramLabel = "TEXT", description = "Why, for those who look at it.")
    private String reason = "";

    @Option(names = "--by", order = 2, paramLabel = "NAME", description = "Who does it. Default: $USER.")
    private String by;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    @Override
    public Integer call() {
        if (reason.length() > MAX_REASON) {
            throw Problem.usage("the reason is longer than " + MAX_REASON + " characters", "--reason", "Write less.");
        }
        Map<String, Object> kafka = connection.kafka();
        if (target.in(MailboxTable.read(kafka)).isEmpty()) {
            throw unknown(target);
        }
        Control control = new Control(
                target.kind(),
                target.name(),
                Output.printable(
                        by != null
                                ? by
                                : connection.surroundings().variable("USER").orElse("operator")),
                connection.surroundings().clock().instant(),
                Output.printable(reason));
        try (TopicWriter writer = new TopicWriter(kafka)) {
            writer.put(Topics.CONTROLS, control.key(), KafkaMailboxDirectory.encode(control));
            writer.flush();
        }
        output.object(control);
        output.line(target + " is paused. `waybill mailboxes resume " + target.name() + "` takes it back.");
        return Exit.DONE;
    }

    static Problem unknown(Target target) {
        return Problem.incomplete("no such mailbox: " + target, "", "See `waybill mailboxes list`.");
    }
}
