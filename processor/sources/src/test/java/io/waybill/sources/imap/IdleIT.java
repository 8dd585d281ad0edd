package io.waybill.sources.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.waybill.contracts.ImapAccount;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sources.imap.ImapSession.Idle;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long IDLE lasts in a folder where nothing happens. */
class IdleIT {
    /** Of which the wait may take a small part. */
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private FaultyImapServer server;
    private ImapConnector connector;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        server.addAccount(ImapWorld.LOGIN, ImapWorld.PASSWORD);
        connector = new ImapConnector(ImapWorld.SECRETS, ImapWorld.SETTINGS);
    }

    @AfterEach
    void stop() {
        connector.close();
        server.close();
    }

    @Test
    @DisplayName("a server that says that it is still there does not put off the end")
    void idle_lineKeptOpen_isSilenceInTime() throws Exception {
        server.inject(new ImapFault.StillHere(Duration.ofMillis(100)));
        assertEquals(Idle.SILENCE, idle(Duration.ofMillis(500)));
    }

    @Test
    @DisplayName("the last moment before a tick is a short wait, and no endless one")
    void idle_lessThanAMillisecond_isSilenceInTime() throws Exception {
        assertEquals(Idle.SILENCE, idle(Duration.ofNanos(999_999)));
    }

    private Idle idle(Duration atMost) throws Exception {
        ImapSession session =
                connector.open((ImapAccount) ImapWorld.mailbox(server.port()).source());
        try {
            session.examine("INBOX");
            // What the folder has is no news once it was looked at.
            session.searchNews("ALL");
            return assertTimeoutPreemptively(DEADLINE, () -> session.idle(atMost));
        } finally {
            session.abort();
        }
    }
}
