package io.waybill.cli.tickets;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waybill tickets}. */
@Command(
        name = "tickets",
        description = "The tickets that mail became.",
        subcommands = {TicketsList.class, TicketsShow.class})
public final class TicketsVerbs implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
