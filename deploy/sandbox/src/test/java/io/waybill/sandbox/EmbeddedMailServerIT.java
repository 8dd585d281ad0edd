package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedMailServerIT {
    private static final String LOGIN = "support";
    private static final byte[] MAIL = """
        From: Customer <customer@example.net>\r
        To: support@example.com\r
        Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r
        Message-ID: <one@example.net>\r
        \r
        The printer is on fire.\r
        .\r
        .. and the dots stay\r
        """.getBytes(StandardCharsets.UTF_8);

    private EmbeddedMailServer server;

    @BeforeEach
    void start() {
        server = EmbeddedMailServer.start();
        server.addUser("support@example.com", LOGIN, "sesame");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void deliver_bySmtp_isReadByImapAsItWasSent() throws Exception {
        server.deliver(MAIL, "customer@example.net", "support@example.com");

        try (Store store = connect("sesame");
                IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX")) {
            inbox.open(Folder.READ_ONLY);
            IMAPMessage message = (IMAPMessage) inbox.getMessageByUID(1);
            message.setPeek(true);
            String received = new String(message.getMimeStream().readAllBytes(), StandardCharsets.UTF_8);

            // The server puts its own trace before what was sent, and drops the end of the last line.
            assertTrue(received.endsWith(new String(MAIL, StandardCharsets.UTF_8).strip()), received);
        }
        assertFalse(server.messages(LOGIN).getFirst().seen());
    }

    @Test
    void appendAndExpunge_pastSmtp_changeTheInbox() {
        long uid = server.append(LOGIN, MAIL, Instant.parse("2026-01-02T03:04:05Z"));

        assertArrayEquals(MAIL, server.messages(LOGIN).getFirst().eml());
        assertTrue(server.expunge(LOGIN, uid));
        assertFalse(server.expunge(LOGIN, uid));
        assertEquals(0, server.messages(LOGIN).size());
    }

    @Test
    void idle_whenAMailIsDelivered_wakesUp() throws Exception {
        try (Store store = connect("sesame");
                IMAPFolder inbox = (IMAPFolder) store.getFolder("INBOX")) {
            inbox.open(Folder.READ_ONLY);
            Thread idler = Thread.startVirtualThread(() -> idleOnce(inbox));
            server.deliver(MAIL, "customer@example.net", "support@example.com");

            // The server's threads throw where a client hangs up.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .dontCatchUncaughtExceptions()
                    .until(() -> !idler.isAlive() && inbox.getMessageCount() == 1);
        }
    }

    @Test
    void connect_withAWrongPassword_isRefused() {
        assertThrows(AuthenticationFailedException.class, () -> connect("guessed"));
    }

    private static void idleOnce(IMAPFolder inbox) {
        try {
            while (inbox.getMessageCount() == 0) {
                inbox.idle(true);
            }
        } catch (MessagingException closed) {
            // The test's assertion fails then.
        }
    }

    private Store connect(String password) throws MessagingException {
        Properties settings = new Properties();
        settings.put("mail.imap.timeout", "20000");
        Store store = Session.getInstance(settings).getStore("imap");
        store.connect(LoopbackPort.HOST, server.imapPort(), LOGIN, password);
        return store;
    }
}
