package io.waybill.cli.dlq;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waybill dlq}. */
@Command(
        name = "dlq",
        description = "Dead letters: what failed for good, and how to move it on.",
        subcommands = {DlqList.class, DlqShow.class, DlqRedrive.class, DlqDiscard.class})
public final class DlqVerbs implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
