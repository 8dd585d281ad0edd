package io.waybill.cli.mailboxes;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.RunFile;
import io.waybill.contracts.Control;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.PushRegistration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "callback",
        description = {
            "Tell what whoever announces mail of a mailbox must know.",
            "provider imap: a listener of your own, its address, folders and where the secret is, which is never shown."
                    + " deploy/docs/listeners.md is the contract, with an example.",
            "provider google: the push subscriptions of Pub/Sub, as they must be set in Google Cloud."
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

    /** The same of a push subscription; {@code url} is null where the public address is not known. */
    record PushLine(
            String mailbox,
            String url,
            String path,
            String k,
            String topic,
            String subscription,
            String audience,
            String serviceAccount) {}

    @Override
    public Integer call() {
        MailboxTable table = MailboxTable.read(connection.kafka());
        Mailbox found = table.find(mailbox)
                .orElseThrow(() -> MailboxesPause.unknown(new Target(Control.Kind.PAUSED_MAILBOX, mailbox.toString())));
        switch (found.source()) {
            case ImapAccount imap -> tell(line(found, imap));
            case GoogleAccount google -> pushLines(google, table).forEach(this::tell);
            case MicrosoftAccount _ ->
                throw Problem.usage(
                        mailbox + " is in Microsoft 365, which announces its mail itself",
                        "in mail.mailboxes",
                        "listeners of your own are for mailboxes of provider imap");
        }
        return Exit.DONE;
    }

    private void tell(Line line) {
        output.object(line);
        output.line("address  " + (line.url() == null ? "(your ingress-imap)" + line.path() : line.url()));
        output.line("folders  " + String.join(", ", line.folders()));
        output.line("secret   " + secret(line));
    }

    private void tell(PushLine line) {
        String endpoint = line.url() == null ? "https://YOUR-PUBLIC-URL" + line.path() : line.url();
        output.object(line);
        output.line("push endpoint    " + endpoint);
        output.line("subscription     " + line.subscription());
        output.line("topic            " + line.topic());
        output.line("service account  " + line.serviceAccount());
        output.line("audience         " + line.audience());
        output.line("");
        output.line("gcloud pubsub subscriptions create " + line.subscription() + " --topic=" + line.topic()
                + " --push-endpoint='" + endpoint + "' --push-auth-service-account=" + line.serviceAccount()
                + " --push-auth-token-audience='" + line.audience() + "' --ack-deadline=10 --expiration-period=never");
    }

    private List<PushLine> pushLines(GoogleAccount google, MailboxTable table) {
        if (google.topic() == null) {
            throw Problem.usage(
                    mailbox + " has no topic, and so nobody announces its mail: it is listed often",
                    "in mail.mailboxes",
                    "Name the topic as google.topic in mailboxes.yml, and apply.");
        }
        List<PushRegistration> registrations = table.pushRegistrationsOf(google.topic());
        if (registrations.isEmpty()) {
            throw Problem.incomplete(
                    "no push registration speaks for its topic " + google.topic(),
                    "in mail.controls",
                    "Describe one under pushRegistrations in mailboxes.yml, and apply.");
        }
        return registrations.stream().map(this::line).toList();
    }

    private PushLine line(PushRegistration registration) {
        String path = MailboxesList.pushPath(registration);
        return new PushLine(
                mailbox.toString(),
                publicUrl().map(base -> base.replaceFirst("/+$", "") + path).orElse(null),
                path,
                registration.k(),
                registration.topic(),
                registration.subscription(),
                registration.audience(),
                registration.serviceAccount());
    }

    private Optional<String> publicUrl() {
        return connection
                .surroundings()
                .variable("WAYBILL_PUBLIC_URL")
                .or(() -> connection.runFile().map(RunFile::publicUrl));
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
