package io.waybill.cli.up;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.handler.jars.TestJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpVerbTest {
    @TempDir
    Path home;

    @Test
    void kafkaPortTaken_isToldBeforeAnythingStarts() throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = new Run(home)
                    .execute("up", "--min-free", "0", "--kafka-port", Integer.toString(busy.getLocalPort()));
            assertEquals(Exit.USAGE, ran.code());
            assertTrue(ran.err().contains("--kafka-port N"), ran.err());
            assertEquals("", ran.out());
        }
    }

    @Test
    void noSpace_isToldBeforeAnythingStarts() {
        Ran ran = new Run(home).execute("up", "--min-free", "99999999999");
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("--min-free"), ran.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001"})
    void partitionsThatNoTopicCanHave_areToldBeforeAnythingStarts(String partitions) {
        Ran ran = new Run(home).execute("up", "--min-free", "99999999999", "--partitions", partitions);
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("not a number of partitions\n  at --partitions\n  Write 1 to 1000."), ran.err());
    }

    @Test
    void handlerJarThatCannotBeLoaded_isToldBeforeAnythingStarts() throws IOException {
        Path handlers = Files.createDirectories(home.resolve(".waybill/handlers"));
        TestJar.handler(
                handlers.resolve("crm.jar"),
                "Crm",
                "public Crm() { throw new IllegalStateException(\"no licence\"); }" + TestJar.named("crm"));

        Ran ran = new Run(home).execute("up", "--min-free", "0");

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains(handlers.resolve("crm.jar").toString()), ran.err());
        assertTrue(ran.err().contains("java.lang.IllegalStateException: no licence"), ran.err());
        assertEquals("", ran.out());
    }

    @Test
    void mailboxThatWantsAHandlerThatIsNotHere_isToldBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(home.resolve("mailboxes.yml"), """
            mailboxes:
              - tenant: acme
                mailbox: support
                provider: imap
                address: support@acme.example
                handlers: [tickets, crm]
                imap: {host: imap.acme.example, username: support, password: file:x}
            """);

        Ran ran = new Run(home).execute("up", "--min-free", "0", "--mailboxes", file.toString());

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains(file + ":6:25: mailboxes[0].handlers[1] is not a handler"), ran.err());
    }

    @ParameterizedTest
    @CsvSource({"--ingress-microsoft-port, the Microsoft ingress", "--ingress-google-port, the Google ingress"})
    void ingressPortTaken_isToldWhereItIsWanted(String option, String who) throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(busy.getLocalPort());
            // The usual ones may be taken by an `up` of this machine.
            List<String> wanted =
                    List.of("--kafka-port", "--database-port", "--ingress-microsoft-port", "--ingress-google-port");
            List<Integer> free = Ports.free(wanted.size());
            List<String> line = new ArrayList<>(List.of("up", "--min-free", "0"));
            for (int i = 0; i < wanted.size(); i++) {
                line.add(wanted.get(i));
                line.add(wanted.get(i).equals(option) ? port : free.get(i).toString());
            }
            Ran ran = new Run(home)
                    .with("WAYBILL_PUBLIC_URL", "https://mail.example.com")
                    .execute(line.toArray(String[]::new));
            assertEquals(Exit.USAGE, ran.code());
            assertTrue(ran.err().contains("port " + port + ", which " + who + " needs"), ran.err());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mail.example.com",
                "http://localhost:8081",
                "mail.example.com",
                "https:mail.example.com",
                "https://mail.example.com/?k=1",
                "https://me@mail.example.com",
                "https://mail.example.com/#in",
                "https://mail example.com"
            })
    void publicUrlThatNobodyMayCall_isRefused(String url) {
        Ran ran = new Run(home).execute("up", "--public-url", url);
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("not an address that providers may call\n  at --public-url"), ran.err());
        assertTrue(ran.err().contains("https://HOST"), ran.err());
    }

    @Test
    void publicUrlOfTheEnvironment_isNamedAsSuch() {
        Ran ran =
                new Run(home).with("WAYBILL_PUBLIC_URL", "http://0.0.0.0:8081").execute("up");
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("  at $WAYBILL_PUBLIC_URL\n"), ran.err());
    }

    @Test
    void foreignKafkaWithoutSharedDatabase_isRefused() {
        Ran ran = new Run(home).execute("up", "--bootstrap-servers", "kafka.example:9092");
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("--database-url"), ran.err());
    }

    @Test
    void foreignDatabaseThatIsNone_isRefused() {
        Ran ran = new Run(home).execute("up", "--database-url", "mysql://elsewhere");
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("jdbc:postgresql://"), ran.err());
    }
}
