package io.waybill.cli.jobs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waybill jobs}. */
@Command(
        name = "jobs",
        description = "Jobs: one for each message that was announced or found.",
        subcommands = JobsShow.class)
public final class JobsVerbs implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
