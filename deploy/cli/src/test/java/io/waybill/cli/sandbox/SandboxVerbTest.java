package io.waybill.cli.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.cli.up.Ports;
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
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is told before anything is started or written. */
class SandboxVerbTest {
    private static final List<String> PORTS = List.of("--graph-port", "--token-port", "--gmail-port");

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(strings = {"--graph-port", "--token-port", "--gmail-port"})
    void takenPort_isNamedWithTheWayOut(String option) throws IOException {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(busy.getLocalPort());
            List<Integer> free = Ports.free(PORTS.size());
            List<String> line = new ArrayList<>(List.of("sandbox"));
            for (String each : PORTS) {
                line.add(each);
                line.add(
                        each.equals(option)
                                ? port
                                : free.get(PORTS.indexOf(each)).toString());
            }
            Ran ran = new Run(home).execute(line.toArray(String[]::new));

            assertEquals(Exit.USAGE, ran.code());
            assertTrue(ran.err().contains("port " + port), ran.err());
            assertTrue(ran.err().contains(option + " N"), ran.err());
            assertEquals("", ran.out());
            assertFalse(Files.exists(home.resolve(".waybill")));
        }
    }

    @Test
    void onePortForBoth_isRefused() {
        String port = Ports.free(1).getFirst().toString();
        Ran ran = new Run(home).execute("sandbox", "--graph-port", port, "--token-port", port);
        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("wanted twice"), ran.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "support",
                "@contoso.example",
                "support@",
                "a b@contoso.example",
                "support+x@contoso.example",
                "a@b:c"
            })
    void userThatIsNoAddress_isRefused(String user) {
        for (String option : List.of("--user", "--gmail-user")) {
            Ran ran = new Run(home).execute("sandbox", option, user);
            assertEquals(Exit.USAGE, ran.code());
            assertTrue(ran.err().contains("not an address for the emulator\n  at " + option), ran.err());
        }
    }

    @Test
    void mailboxesOfSomebodyElse_areLeftAlone() throws IOException {
        Path file = Files.writeString(home.resolve("mailboxes.yml"), "mailboxes: []\n");
        List<Integer> free = Ports.free(3);
        Ran ran = new Run(home)
                .execute(
                        "sandbox",
                        "--graph-port",
                        free.get(0).toString(),
                        "--token-port",
                        free.get(1).toString(),
                        "--gmail-port",
                        free.get(2).toString(),
                        "--write-mailboxes",
                        file.toString());

        assertEquals(Exit.USAGE, ran.code());
        assertTrue(ran.err().contains("--write-mailboxes"), ran.err());
        assertEquals("mailboxes: []\n", Files.readString(file));
    }
}
