package io.waybill.cli.topics;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.TopicAdmin.Difference;
import io.waybill.contracts.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description = {
            "Compare the topics of the cluster with what Waybill needs.",
            "Exit code 1 where the processor would not start; other differences are only told."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill topics check --bootstrap-servers broker:9092"})
final class TopicsCheck implements Callable<Integer> {
    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** One difference. */
    record Line(String topic, String difference, boolean blocking) {}

    @Override
    public Integer call() throws InterruptedException {
        List<Difference> differences = AdminCall.ask(connection.kafka(), TopicAdmin::check);
        differences.forEach(difference -> {
            output.object(new Line(difference.topic().name(), difference.text(), difference.blocking()));
            output.line((difference.blocking() ? "wrong  " : "other  ") + difference.text());
        });
        if (differences.isEmpty()) {
            output.line("All " + Topics.ALL.size() + " topics are as they should be.");
        } else if (differences.stream().anyMatch(Difference.Missing.class::isInstance)) {
            output.line("`waybill topics create` makes those that do not exist.");
        }
        return differences.stream().anyMatch(Difference::blocking) ? Exit.INCOMPLETE : Exit.DONE;
    }
}
