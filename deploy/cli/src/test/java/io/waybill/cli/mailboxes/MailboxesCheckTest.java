package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.handler.jars.TestJar;
import io.waybill.sandbox.oauth.ServiceAccountFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailboxesCheckTest {
    private static final String RIGHT = """
        mailboxes:
          - tenant: acme
            mailbox: support
            provider: imap
            address: support@acme.example
            imap: {host: imap.acme.example, username: support, password: env:WAYBILL_SECRET_ACME}
        """;

    @TempDir
    Path folder;

    @Test
    void check_rightFile_isDone() throws IOException {
        Ran ran = new Run(folder).with("WAYBILL_SECRET_ACME", "x").execute("mailboxes", "check", file(RIGHT));

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().strip().endsWith("mailboxes.yml: 1 mailbox, no mistakes."), ran.out());
        assertEquals("", ran.err());
    }

    @Test
    void check_secretThatIsNotThere_isAWarning() throws IOException {
        Ran ran = new Run(folder).execute("mailboxes", "check", file(RIGHT));

        assertEquals(Exit.DONE, ran.code());
        assertTrue(
                ran.err().contains("warning: acme/support: the secret env:WAYBILL_SECRET_ACME is not to be found here"),
                ran.err());
    }

    @Test
    void check_secretsOfTheSignIn_areLookedForToo() throws IOException {
        String oauth = RIGHT.replace(
                "password: env:WAYBILL_SECRET_ACME", "oauth: {provider: google, serviceAccount: file:acme.json}");
        Ran ran = new Run(folder).execute("mailboxes", "check", file(oauth));

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(
                ran.err().contains("warning: acme/support: the secret file:acme.json is not to be found here"),
                ran.err());
    }

    @Test
    void check_keyThatIsNoServiceAccounts_isAWarning() throws IOException {
        secret("acme.json", "{\"client_email\": \"mail@acme-mail.iam.gserviceaccount.com\"}");
        Ran ran = new Run(folder).with("WAYBILL_SECRETS_DIR", folder.toString()).execute("mailboxes", "check", gmail());

        assertEquals(Exit.DONE, ran.code(), ran.out());
        assertEquals(
                "warning: acme/support: the secret file:acme.json is not the JSON key of a service account\n",
                ran.err());
    }

    @Test
    void check_topicOfAnotherProjectThanTheServiceAccounts_isAWarning() throws IOException {
        ServiceAccountFile.readOrMake(
                folder.resolve("acme.json"), "mail@other.iam.gserviceaccount.com", URI.create("http://127.0.0.1:1/"));
        Ran ran = new Run(folder).with("WAYBILL_SECRETS_DIR", folder.toString()).execute("mailboxes", "check", gmail());

        assertEquals(Exit.DONE, ran.code(), ran.out());
        assertEquals(
                "warning: acme/support: Gmail publishes to a topic of the service account's own project only, and that"
                        + " is other\n",
                ran.err());
    }

    @Test
    void check_topicThatNoPushRegistrationSpeaksFor_isAWarning() throws IOException {
        ServiceAccountFile.readOrMake(
                folder.resolve("acme.json"),
                "mail@acme-mail.iam.gserviceaccount.com",
                URI.create("http://127.0.0.1:1/"));
        Run run = new Run(folder).with("WAYBILL_SECRETS_DIR", folder.toString());
        String file = gmail();
        assertEquals("", run.execute("mailboxes", "check", file).err());

        Files.writeString(
                Path.of(file),
                Files.readString(Path.of(file))
                        .replace("topic: projects/acme-mail/topics/gmail}", "topic: projects/acme-mail/topics/gmial}"));
        Ran ran = run.execute("mailboxes", "check", file);

        assertEquals(Exit.DONE, ran.code(), ran.out());
        assertEquals("warning: acme/support: no push registration of this file speaks for its topic\n", ran.err());
    }

    private String gmail() throws IOException {
        return file("""
            mailboxes:
              - tenant: acme
                mailbox: support
                provider: google
                address: support@acme.example
                google: {credentials: file:acme.json, subject: support@acme.example, topic: projects/acme-mail/topics/gmail}
            pushRegistrations:
              - k: abc
                topic: projects/acme-mail/topics/gmail
                subscription: projects/acme-mail/subscriptions/waybill
                audience: https://in.example.com
                serviceAccount: push@acme-mail.iam.gserviceaccount.com
            """);
    }

    private void secret(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    @Test
    void check_wrongFile_tellsEachMistakeOnALine() throws IOException {
        String file = file(RIGHT.replace("env:WAYBILL_SECRET_ACME", "hunter2").replace("provider", "providr"));

        Ran ran = new Run(folder).execute("mailboxes", "check", file);

        assertEquals(Exit.USAGE, ran.code());
        assertEquals("""
            %1$s:2:5: mailboxes[0].provider is missing; wanted: imap, microsoft or google
            %1$s:4:5: mailboxes[0].providr is not a field; did you mean provider?
            %1$s:6:56: mailboxes[0].imap.password is not what can stand here; a secret must not be written out in this file; wanted: where the secret is: env:WAYBILL_SECRET_<NAME>, or file:<NAME> in the secrets directory
            3 mistakes.
            """.formatted(file), ran.out());
        assertFalse((ran.out() + ran.err()).contains("hunter2"));
    }

    @Test
    void check_wrongFileWithJson_isOneObjectPerMistake() throws IOException {
        String file = file(RIGHT.replace("imap.acme.example", "''"));

        Ran ran = new Run(folder).execute("mailboxes", "check", "--json", file);

        assertEquals(Exit.USAGE, ran.code());
        assertEquals(
                "{\"file\":\"" + file + "\",\"line\":6,\"column\":12,\"field\":\"mailboxes[0].imap.host\",\"problem\":"
                        + "\"is not what can stand here\",\"wanted\":\"the name or address of the mail server\"}\n",
                ran.out());
    }

    @Test
    void check_handlerOfTheHandlersFolder_isKnown() throws IOException {
        Path handlers = Files.createDirectory(folder.resolve("handlers"));
        TestJar.handler(handlers.resolve("crm.jar"), "Crm", TestJar.named("crm"));
        String file = file(RIGHT + "    handlers: [tickets, crm]\n");

        for (Ran ran : List.of(
                new Run(folder).execute("mailboxes", "check", "--handlers", handlers.toString(), file),
                new Run(folder)
                        .with("WAYBILL_HANDLERS_DIR", handlers.toString())
                        .execute("mailboxes", "check", file),
                new Run(folder).execute("mailboxes", "check", "--data", folder.toString(), file))) {
            assertEquals(Exit.DONE, ran.code(), ran.out() + ran.err());
        }
    }

    @Test
    void check_handlerThatNoJarHas_namesThePlaceAndTheNearestName() throws IOException {
        Path handlers = Files.createDirectory(folder.resolve("handlers"));
        TestJar.handler(handlers.resolve("crm.jar"), "Crm", TestJar.named("crm-acme"));
        String file = file(RIGHT + "    handlers: [tickets, crm-acne]\n");

        Ran ran = new Run(folder).execute("mailboxes", "check", "--handlers", handlers.toString(), file);

        assertEquals(Exit.USAGE, ran.code());
        assertEquals("""
            %s:7:25: mailboxes[0].handlers[1] is not a handler; did you mean crm-acme?
            1 mistake.
            """.formatted(file), ran.out());
    }

    @Test
    void check_handlersFolderThatIsNotThere_isWrongUsage() throws IOException {
        Ran ran = new Run(folder)
                .execute(
                        "mailboxes",
                        "check",
                        "--handlers",
                        folder.resolve("gone").toString(),
                        file(RIGHT));

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("the handlers folder is not there"), ran.err());
    }

    @Test
    void check_handlerOfAnotherMachine_isAllowedWhereNamed() throws IOException {
        String file = file(RIGHT + "    handlers: [crm]\n");

        assertEquals(
                Exit.USAGE, new Run(folder).execute("mailboxes", "check", file).code());
        assertEquals(
                Exit.DONE,
                new Run(folder)
                        .execute("mailboxes", "check", "--handler", "crm", file)
                        .code());
    }

    @Test
    void apply_wrongFile_asksNoBroker() throws IOException {
        Ran ran = new Run(folder).execute("mailboxes", "apply", file("mailboxes: []"));

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.out().contains("1 mistake."), ran.out());
    }

    @Test
    void pause_nameThatIsNone_isWrongUsage() {
        Ran ran = new Run(folder).execute("mailboxes", "pause", "Acme/Support");

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("write tenant/mailbox"), ran.err());
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("mailboxes.yml"), text).toString();
    }
}
