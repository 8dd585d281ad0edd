package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.RunFile;
import io.waybill.contracts.Control;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MicrosoftAccount;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "callback",
        description = {
            "Tell what a listener of your own must know to announce mail of a mailbox: address, folders and where the"
                    + " secret is.",
            "The secret itself is never shown. deploy/docs/listeners.md is the contract, with an example."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  waybill mailboxes callback acme/support"})
final class MailboxesCallback implements Callable<Integer> {
    @Parameters(paramLabel = "TENANT/MAILBOX", converter = MailboxKeyConverter.class, description = "The mailbox.")
    private MailboxKey mailbox;

    @Mixin
    private ConnectionOptions connection;

    @Mixin
    private Output output;

    /** The names are a contract with scripts; {@code url} is null where the ingress is not known, {@code secret} where there is none. */
    record Line(String mailbox, String url, String path, List<String> folders, String secret) {}

    @Override
    public Integer call() {
        Mailbox found = MailboxTable.read(connection.kafka())
                .find(mailbox)
                .orElseThrow(() -> MailboxesPause.unknown(new Target(Control.Kind.PAUSED_MAILBOX, mailbox.toString())));
        Line line = switch (found.source()) {
            case ImapAccount imap -> line(found, imap);
            case MicrosoftAccount _ ->
                throw Problem.usage(
                        mailbox + " is in Microsoft 365, which announces its mail itself",
                        "in mail.mailboxes",
                        "listeners of your own are for mailboxes of provider imap");
        };
        output.object(line);
        output.line("address  " + (line.url() == null ? "(your ingress-imap)" + line.path() : line.url()));
        output.line("folders  " + String.join(", ", line.folders()));
        output.line("secret   " + secret(line));
        return Exit.DONE;
    }

    private Line line(Mailbox found, ImapAccount imap) {
        String path = "/imap/notifications?k=" + found.k();
        return new Line(
                mailbox.toString(),
                connection
                        .runFile()
                        .map(RunFile::ingressImapUrl)
                        .map(base -> base + path)
                        .orElse(null),
                path,
                imap.folders(),
                imap.callbackSecret() == null ? null : imap.callbackSecret().value());
    }

    private String secret(Line line) {
        if (line.secret() == null) {
            return "none of its own, so that only watch can sign. Make one, name it as imap.callbackSecret in"
                    + " mailboxes.yml, and apply:\n         (umask 077; echo \"whsec_$(openssl rand -base64 32)\" > "
                    + connection.secretsDirectory().resolve(mailbox.toString().replace('/', '-') + ".callback") + ")";
        }
        boolean isHere = connection
                .secrets()
                .resolve(new CredentialReference(line.secret()))
                .isPresent();
        return line.secret()
                + (isHere ? "" : ", which is not to be found here (" + connection.secretsDirectory() + ")");
    }
}
