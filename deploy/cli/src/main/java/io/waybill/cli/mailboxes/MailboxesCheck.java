package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secrets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description = {
            "Check a mailboxes.yml, without any connection. Tells all mistakes at once, with line and column.",
            "Handlers that it may name are those of Waybill and those of the handlers folder of this machine.",
            "A secret that is named there and is not to be found on this machine is a warning."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes check mailboxes.yml", "  waybill mailboxes check --handlers DIR mailboxes.yml"})
final class MailboxesCheck implements Callable<Integer> {
    @Mixin
    private FileArgument argument;

    @Mixin
    private KnownHandlers handlers;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** The last line, where the file is right. */
    record Right(int mailboxes) {}

    @Override
    public Integer call() {
        MailboxesFile file = argument.read(
                handlers.here(connection), connection.surroundings().clock());
        if (!file.mistakes().isEmpty()) {
            FileArgument.tell(output, file.mistakes());
            return Exit.USAGE;
        }
        file.entries().forEach(this::warnOfMissingSecrets);
        output.object(new Right(file.entries().size()));
        output.line(argument.file() + ": " + count(file.entries()) + ", no mistakes.");
        return Exit.DONE;
    }

    private void warnOfMissingSecrets(MailboxEntry entry) {
        Secrets secrets = connection.secrets();
        references(entry)
                .filter(reference -> secrets.resolve(reference).isEmpty())
                .forEach(reference -> output.warning(entry.key() + ": the secret " + reference
                        + " is not to be found here (variables of this shell, files of "
                        + connection.secretsDirectory() + ")"));
    }

    private static Stream<CredentialReference> references(MailboxEntry entry) {
        return switch (entry.source()) {
            case ImapAccount imap ->
                Stream.concat(imap.signIn().credentials().stream(), Stream.ofNullable(imap.callbackSecret()));
            case MicrosoftAccount microsoft -> microsoft.signIn().credentials().stream();
        };
    }

    private static String count(List<MailboxEntry> entries) {
        return entries.size() == 1 ? "1 mailbox" : entries.size() + " mailboxes";
    }
}
