package io.waybill.cli.mailboxes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.handler.jars.TestJar;
import java.io.IOException;
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
    void check_wrongFile_tellsEachMistakeOnALine() throws IOException {
        String file = file(RIGHT.replace("env:WAYBILL_SECRET_ACME", "hunter2").replace("provider", "providr"));

        Ran ran = new Run(folder).execute("mailboxes", "check", file);

        assertEquals(Exit.USAGE, ran.code());
        assertEquals("""
            %1$s:2:5: mailboxes[0].provider is missing; wanted: imap or microsoft
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
