package io.waybill.cli.mailboxes;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code waybill mailboxes}. */
@Command(
        name = "mailboxes",
        description = "The mailboxes that mail is taken from.",
        subcommands = {
            MailboxesCheck.class,
            MailboxesApply.class,
            MailboxesList.class,
            MailboxesCallback.class,
            MailboxesPause.class,
            MailboxesResume.class,
            MailboxesRemove.class
        })
public final class MailboxesVerbs implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
