package io.waybill.cli.demo;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.Surroundings;
import io.waybill.cli.Waybill;
import io.waybill.contracts.JobId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The other verbs, run as an operator runs them: the demo shows what they do, not something that looks like it. They see the demo alone,
 * whatever installation the environment names.
 */
final class Verbs {
    private final Surroundings surroundings;
    private final Output output;
    private final Path data;

    Verbs(Surroundings surroundings, Output output, Path data) {
        this.surroundings = surroundings.without(ConnectionOptions.VARIABLES);
        this.output = output;
        this.data = data;
    }

    /** {@code waybill dlq redrive ID --execute}. Throws {@link Problem} unless it is done. */
    void redrive(JobId job) {
        output.detail(run("dlq", "redrive", job.value(), "--execute"));
    }

    /** {@code waybill tickets show N}. */
    String ticket(String number) {
        return run("tickets", "show", number);
    }

    private String run(String... verb) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> line = new ArrayList<>(List.of(verb));
        line.addAll(List.of("--data", data.toString()));
        int code = Waybill.execute(
                surroundings,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                line.toArray(String[]::new));
        if (code != Exit.DONE) {
            throw Problem.incomplete(
                    "`waybill " + String.join(" ", verb) + "` ended with code " + code,
                    data.toString(),
                    err.toString(StandardCharsets.UTF_8).strip());
        }
        return out.toString(StandardCharsets.UTF_8).stripTrailing();
    }
}
