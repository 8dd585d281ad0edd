package io.waybill.cli.topics;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.contracts.Topic;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        description = {
            "Create the topics that are missing; those that are there are left alone.",
            "The number of partitions is fixed from then on: as many instances of the processor can share the work."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill topics create --bootstrap-servers broker:9092 --partitions 24 --replication 3"})
final class TopicsCreate implements Callable<Integer> {
    @Option(
            names = "--partitions",
            order = 1,
            paramLabel = "N",
            description = "Partitions of each, 1 to " + Partitions.MAX + ". Default: ${DEFAULT-VALUE}.")
    private int partitions = Topics.DEFAULT_PARTITIONS;

    @Option(
            names = "--replication",
            order = 2,
            paramLabel = "N",
            description =
                    "Copies of each. Default: what the cluster has set. With 3 or more, two must have a record before"
                            + " it is acknowledged.")
    private Integer replication;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** One topic that was made. */
    record Line(String topic, boolean created) {}

    @Override
    public Integer call() throws InterruptedException {
        Partitions.require(partitions);
        if (replication != null && (replication < 1 || replication > 100)) {
            throw Problem.usage("not a number of copies", "--replication", "Write 1 to 100.");
        }
        List<Topic> created = AdminCall.ask(
                connection.kafka(),
                admin -> TopicAdmin.create(admin, partitions, replication == null ? -1 : replication));
        Topics.ALL.forEach(topic -> output.object(new Line(topic.name(), created.contains(topic))));
        created.forEach(topic -> output.line("created  " + topic));
        output.line(
                created.isEmpty()
                        ? "Nothing to do: all " + Topics.ALL.size() + " topics exist."
                        : created.size() + " of " + Topics.ALL.size() + " topics were missing and are there now.");
        return Exit.DONE;
    }
}
