package io.waybill.sources.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
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

    private Idle idleAfterSearch(ScriptedServer server) throws Exception {
        Mailbox mailbox = ImapWorld.mailbox(server.port());
        try (ImapConnector connector = new ImapConnector(ImapWorld.SECRETS, ImapWorld.SETTINGS)) {
            ImapSession session = connector.open((ImapAccount) mailbox.source());
            session.examine("INBOX");
            assertEquals(List.of(), session.search("UID 8:*"));
            return session.idle(LONG);
        }
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
