package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secrets;
import io.waybill.sources.oauth.ServiceAccountKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "check",
        description = {
            "Check a mailboxes.yml, without any connection. Tells all mistakes at once, with line and column.",
            "Handlers that it may name are those of Waybill and those of the handlers folder of this machine.",
            "A secret that is named there and is not to be found on this machine is a warning; so is a topic for which"
                    + " the file has no push registration, as another file may have it; so are two mailboxes that read"
                    + " the same folder."
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
        file.entries().forEach(this::warnOfServiceAccount);
        warnOfTopics(file);
        SharedFolders.warnings(file.entries()).forEach(output::warning);
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

    /** A key that is none, and a topic that Gmail will not publish to. */
    private void warnOfServiceAccount(MailboxEntry entry) {
        serviceAccount(entry)
                .flatMap(reference -> connection.secrets().resolve(reference))
                .ifPresent(secret -> ServiceAccountKey.parse(secret)
                        .ifPresentOrElse(
                                key -> warnOfProject(entry, key),
                                () -> output.warning(entry.key() + ": the secret "
                                        + serviceAccount(entry).orElseThrow()
                                        + " is not the JSON key of a service account")));
    }

    private void warnOfProject(MailboxEntry entry, ServiceAccountKey key) {
        // Where the file names no project, the account's address stands for it.
        if (entry.source() instanceof GoogleAccount google
                && google.topic() != null
                && !key.project().contains("@")
                && !google.topic().startsWith("projects/" + key.project() + "/")) {
            output.warning(
                    entry.key() + ": Gmail publishes to a topic of the service account's own project only, and that"
                            + " is " + Output.printable(key.project()));
        }
    }

    private static Optional<CredentialReference> serviceAccount(MailboxEntry entry) {
        return switch (entry.source()) {
            case ImapAccount imap ->
                imap.signIn() instanceof ImapSignIn.GoogleServiceAccount(CredentialReference reference)
                        ? Optional.of(reference)
                        : Optional.empty();
            case MicrosoftAccount _ -> Optional.empty();
            case GoogleAccount google -> Optional.of(google.credentials());
        };
    }

    private void warnOfTopics(MailboxesFile file) {
        file.entries().stream()
                .filter(entry -> MailboxTable.isUnannounced(entry.source(), file.pushRegistrations()))
                .forEach(entry ->
                        output.warning(entry.key() + ": no push registration of this file speaks for its topic"));
    }

    private static Stream<CredentialReference> references(MailboxEntry entry) {
        return switch (entry.source()) {
            case ImapAccount imap ->
                Stream.concat(imap.signIn().credentials().stream(), Stream.ofNullable(imap.callbackSecret()));
            case MicrosoftAccount microsoft -> microsoft.signIn().credentials().stream();
            case GoogleAccount google -> Stream.of(google.credentials());
        };
    }

    private static String count(List<MailboxEntry> entries) {
        return entries.size() == 1 ? "1 mailbox" : entries.size() + " mailboxes";
    }
}
