package io.waybill.sources.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.sources.imap.ImapSession.Idle;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** A server says once that a message came, in whatever it answers next: who hears it there must not wait to hear it again. */
class ArrivalNewsIT {
    private static final Duration LONG = Duration.ofHours(1);

    private final Queue<String> commands = new ConcurrentLinkedQueue<>();

    @Test
    void arrivalToldWithTheSearch_isNewsWithoutWaiting() throws Exception {
        try (ScriptedServer server = server("* SEARCH\r\n* 2 EXISTS\r\n% OK done\r\n", "+ idling\r\n% OK done\r\n")) {
            assertEquals(Idle.NEWS, idleAfterSearch(server));
            assertFalse(commands.contains("IDLE"));
        }
    }

    @Test
    void arrivalToldBeforeIdleBegins_isNewsWithoutWaiting() throws Exception {
        try (ScriptedServer server = server("* SEARCH\r\n% OK done\r\n", "* 2 EXISTS\r\n+ idling\r\n% OK done\r\n")) {
            assertEquals(Idle.NEWS, idleAfterSearch(server));
        }
    }

    @Test
    void newsOfManyMessages_areReadUpToABound() throws Exception {
        String searched = "* SEARCH" + " 1234567".repeat(100_000) + "\r\n";
        try (ScriptedServer few = server(searched + "% OK done\r\n", "");
                ScriptedServer many = server(searched + searched + "% OK done\r\n", "");
                ImapConnector connector = new ImapConnector(ImapWorld.SECRETS, ImapWorld.SETTINGS)) {
            assertEquals(List.of(1_234_567L), examined(few, connector).searchNews("UID 8:*"));
            ImapSession session = examined(many, connector);
            ImapException failed = assertThrows(ImapException.class, () -> session.searchNews("UID 8:*"));
            assertEquals(FailureCode.SOURCE_ERROR, failed.code());
        }
    }

    private Idle idleAfterSearch(ScriptedServer server) throws Exception {
        try (ImapConnector connector = new ImapConnector(ImapWorld.SECRETS, ImapWorld.SETTINGS)) {
            ImapSession session = examined(server, connector);
            assertEquals(List.of(), session.searchNews("UID 8:*"));
            return session.idle(LONG);
        }
    }

    private static ImapSession examined(ScriptedServer server, ImapConnector connector) throws Exception {
        ImapSession session =
                connector.open((ImapAccount) ImapWorld.mailbox(server.port()).source());
        session.examine("INBOX");
        return session;
    }

    private ScriptedServer server(String searched, String idling) {
        return new ScriptedServer(command -> {
            commands.add(command);
            return switch (command.split(" ", 2)[0]) {
                case "UID" -> searched;
                case "IDLE" -> idling;
                // What ends IDLE bears its tag, which the script has forgotten by now: it was sent along.
                case "DONE" -> "";
                default -> ScriptedServer.usual(command);
            };
        });
    }
}
