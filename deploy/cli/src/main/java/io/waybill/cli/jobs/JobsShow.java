package io.waybill.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = {
            "Show where a job is and what became of it: its row in the processor, and its outcomes of the last 30"
                    + " days.",
            "Where several processors run, each knows only the jobs of its own mailboxes: ask the others by"
                + " --processor-url. They listen on their own machine only: ssh -L 18085:127.0.0.1:8085 MACHINE brings"
                + " one here."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill jobs show ID", "  waybill jobs show ID --processor-url http://127.0.0.1:8085 --json"})
final class JobsShow implements Callable<Integer> {
    @Parameters(paramLabel = "ID", description = "The job's id, 52 characters.")
    private String id;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** All that is known; {@code processor} is as the processor answered. */
    record Shown(String jobId, JsonNode processor, String trouble, List<JobOutcome> outcomes, boolean complete) {}

    @Override
    public Integer call() {
        if (!JobId.isJobId(id)) {
            throw Problem.usage(
                    "not a job id",
                    Output.printable(id),
                    "Write all 52 characters, as they stand in logs and outcomes.");
        }
        Map<String, Object> kafka = connection.kafka();
        // A URL that is none is a wrong command line; a processor that is not there is something to tell.
        Optional<URI> processor = connection.knownProcessorUrl();
        Optional<JsonNode> row = Optional.empty();
        Optional<String> trouble = Optional.empty();
        try {
            row = InternalEndpoint.get(
                    processor.orElseGet(connection::processorUrl), "/internal/jobs/" + id, connection.token());
        } catch (Problem unknown) {
            trouble = Optional.of(unknown.getMessage() + ", at " + unknown.where());
        }
        OutcomeSearch search = OutcomeSearch.of(new JobId(id), kafka);
        output.object(new Shown(id, row.orElse(null), trouble.orElse(null), search.outcomes(), search.whole()));
        output.line("job        " + id);
        output.line("processor  "
                + row.map(JobsShow::state).orElse(trouble.isPresent() ? "could not be asked" : "does not know it"));
        trouble.ifPresent(output::warning);
        print(search);
        return row.isPresent() || !search.outcomes().isEmpty() ? Exit.DONE : Exit.INCOMPLETE;
    }

    private void print(OutcomeSearch search) {
        if (search.outcomes().isEmpty()) {
            output.line("outcomes   none" + (search.whole() ? " in the last 30 days" : " found"));
        } else {
            output.line("mailbox    " + search.outcomes().getFirst().tenantId() + "/"
                    + search.outcomes().getFirst().mailboxId());
            output.line("");
            output.table(
                    List.of("generation>", "result", "code", "stage", "attempts>", "ms>", "settled at", "handlers"),
                    search.outcomes().stream().map(JobsShow::row).toList());
            JobOutcome last = search.outcomes().getLast();
            if (last.detail() != null) {
                output.line("");
                output.line(Output.printable(last.detail()));
            }
            if (last.result() == JobOutcome.Result.DEAD_LETTERED) {
                output.line("waybill dlq show " + id + " tells more, if it is still open.");
            }
        }
        if (!search.whole()) {
            output.warning("not all outcomes could be read in time; there may be more");
        }
    }

    private static String state(JsonNode row) {
        List<String> parts = new ArrayList<>();
        parts.add(row.path("state").asText("?"));
        add(parts, row, "result", "");
        add(parts, row, "cause", "cause ");
        add(parts, row, "code", "after ");
        add(parts, row, "generation", "generation ");
        add(parts, row, "attempt", "attempt ");
        add(parts, row, "dueAt", "due ");
        add(parts, row, "settledAt", "at ");
        if (row.hasNonNull("tenant")) {
            parts.add("mailbox " + row.path("tenant").asText() + "/"
                    + row.path("mailbox").asText());
        }
        return Output.printable(String.join(", ", parts));
    }

    private static void add(List<String> parts, JsonNode row, String field, String word) {
        if (row.hasNonNull(field)) {
            parts.add(word + row.get(field).asText());
        }
    }

    private static List<String> row(JobOutcome outcome) {
        long ms = outcome.attempts().stream().mapToLong(JobOutcome.Attempt::ms).sum();
        return List.of(
                Integer.toString(outcome.generation()),
                outcome.result().word(),
                outcome.code() == null ? "-" : outcome.code(),
                outcome.stage() == null ? "-" : outcome.stage().word(),
                Integer.toString(outcome.attempts().size()),
                Long.toString(ms),
                outcome.settledAt().toString(),
                outcome.handlers() == null || outcome.handlers().isEmpty()
                        ? "-"
                        : outcome.handlers().entrySet().stream()
                                .map(handler -> (handler.getKey() + ": "
                                                + handler.getValue().effect() + " "
                                                + handler.getValue().reference())
                                        .strip())
                                .collect(Collectors.joining(", ")));
    }
}
