package io.waybill.cli.topics;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waybill topics}. */
@Command(
        name = "topics",
        description = "The topics that everything travels on.",
        subcommands = {TopicsCheck.class, TopicsCreate.class})
public final class TopicsVerbs implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
