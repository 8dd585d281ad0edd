package io.waybill.inbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Secret;
import io.waybill.sandbox.EmbeddedDatabase;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapMailbox;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The processor and its tickets in front of mail servers whose messages get other names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("it gives the whole JVM another home")
class ImapIdentityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final int MAILS = 50;

    @TempDir
    static Path directory;

    private final String home = System.getProperty("user.home");
    private PipelineTopics kafka;
    private EmbeddedDatabase database;
    private FaultyImapServer server;
    private EmbeddedServer processor;

    @BeforeAll
    void start() throws Exception {
        kafka = new PipelineTopics();
        database = EmbeddedDatabase.startScratch();
        server = FaultyImapServer.start();
        // The handler finds its secrets as every process does: in the folder below the user's home.
        System.setProperty("user.home", directory.toString());
        Path secrets = Files.createDirectories(directory.resolve(".waybill").resolve("secrets"));
        Files.writeString(secrets.resolve("mail"), "open sesame\n");
        Files.writeString(secrets.resolve("database"), database.password());
        Files.writeString(secrets.resolve("install.key"), KEY);
        processor = ApplicationContext.run(
                EmbeddedServer.class,
                Map.of(
                        "micronaut.server.port",
                        "-1",
                        "kafka.bootstrap.servers",
                        kafka.bootstrapServers(),
                        "waybill.state-dir",
                        directory.resolve("state").toString(),
                        "waybill.secrets-dir",
                        secrets.toString(),
                        "waybill.handlers.tickets.database-url",
                        database.jdbcUrl(),
                        "waybill.handlers.tickets.database-user",
                        database.user(),
                        "waybill.handlers.tickets.database-password",
                        "file:database",
                        "waybill.retry.delay",
                        "200ms",
                        "waybill.park.first-probe",
                        "500ms",
                        "waybill.park.probe",
                        "1s"));
    }

    @AfterAll
    void stop() {
        System.setProperty("user.home", home);
        processor.close();
        server.close();
        database.close();
        kafka.close();
    }

    @Test
    @DisplayName("T22 a new UIDVALIDITY with 50 mails makes 0 new tickets, and what comes then makes one")
    void newEpoch_makesNoNewTickets() throws Exception {
        ImapMailbox inbox = server.addAccount("epoch", "open sesame");
        Mailbox mailbox = apply("epoch", "inc-1", List.of(), server, "INBOX");
        fill(inbox, "epoch");
        list(mailbox);
        awaitTickets("epoch", MAILS);

        inbox.renumber();
        server.dropConnections();
        inbox.append(eml("epoch-after"));
        list(mailbox);
        awaitTickets("epoch", MAILS + 1);
        // Each of the 50 was looked at and known again, under its new name.
        for (long uid = 1; uid <= MAILS; uid++) {
            PointerJob again = job(mailbox, new ImapPointer("INBOX", inbox.uidValidity(), uid, null, true));
            assertEquals("SAME_MESSAGE", kafka.outcomeOf(again).code());
        }
        assertEquals(MAILS + 1, tickets("epoch"));
    }

    @Test
    @DisplayName("a mailbox that is pointed at another server with the same UIDs loses none of its mails")
    void repointedAccount_losesNothing() throws Exception {
        ImapMailbox before = server.addAccount("moved", "open sesame");
        Mailbox mailbox = apply("moved", "inc-1", List.of(), server, "INBOX");
        fill(before, "old-server");
        list(mailbox);
        awaitTickets("moved", MAILS);

        try (FaultyImapServer other = FaultyImapServer.start()) {
            ImapMailbox after = other.addAccount("moved", "open sesame");
            fill(after, "new-server");
            assertEquals(before.uids(), after.uids());
            assertEquals(before.uidValidity(), after.uidValidity());
            Mailbox repointed = apply("moved", "inc-2", List.of("inc-1"), other, "INBOX");
            list(repointed);
            awaitTickets("moved", 2 * MAILS);
        }
    }

    @Test
    @DisplayName("A09 (i) a mail that was moved to another watched folder makes one ticket where it was announced there"
            + " first")
    void movedToAnotherWatchedFolder_afterItsNewJob_isTheSameMessage() throws Exception {
        ImapMailbox inbox = server.addAccount("watched", "open sesame");
        ImapMailbox orders = server.folder("watched", "Orders");
        Mailbox mailbox = apply("watched", "inc-1", List.of(), server, "INBOX", "Orders");
        long uid = inbox.append(eml("watched-1"));
        long moved = inbox.move(uid, orders);
        PointerJob there = kafka.announce(mailbox, pointer(orders, "Orders", moved, "watched-1"));
        assertEquals(JobOutcome.Result.HANDLED, kafka.outcomeOf(there).result());
        PointerJob here = kafka.announce(mailbox, pointer(inbox, "INBOX", uid, "watched-1"));
        assertEquals("SAME_MESSAGE", kafka.outcomeOf(here).code());
        assertEquals(1, tickets("watched"));
    }

    @Test
    @DisplayName("A19 (i) a message that is really gone is a skip that says where it was looked for; a moved one is a"
            + " ticket")
    void goneAndMoved_eachEndsWell() throws Exception {
        ImapMailbox inbox = server.addAccount("gone", "open sesame");
        Mailbox mailbox = apply("gone", "inc-1", List.of(), server, "INBOX");
        long expunged = inbox.append(eml("gone-1"));
        long moved = inbox.append(eml("gone-2"));
        inbox.expunge(expunged);
        inbox.move(moved, server.folder("gone", "Archive"));
        JobOutcome gone = kafka.outcomeOf(kafka.announce(mailbox, pointer(inbox, "INBOX", expunged, "gone-1")));
        assertEquals("MESSAGE_GONE", gone.code());
        assertTrue(gone.detail().contains("in 2 folders: 1 compared, 0 alike"), gone.detail());
        JobOutcome found = kafka.outcomeOf(kafka.announce(mailbox, pointer(inbox, "INBOX", moved, "gone-2")));
        assertEquals(JobOutcome.Result.HANDLED, found.result());
        assertEquals(1, tickets("gone"));
    }

    @Test
    @DisplayName(
            "a fourth UIDVALIDITY within a day parks the mailbox, and it goes on by itself when the numbers are back")
    void unstableMailbox_isParkedAndHeals() throws Exception {
        ImapMailbox inbox = server.addAccount("mad", "open sesame");
        Mailbox mailbox = apply("mad", "inc-1", List.of(), server, "INBOX");
        inbox.append(eml("mad-0"));
        list(mailbox);
        awaitTickets("mad", 1);
        for (int i = 1; i <= 3; i++) {
            inbox.renumber();
            server.dropConnections();
            inbox.append(eml("mad-" + i));
            list(mailbox);
            awaitTickets("mad", i + 1);
        }
        long known = inbox.uidValidity();
        inbox.renumber();
        server.dropConnections();
        long listed = server.count("EXAMINE");
        list(mailbox);
        // Looked at, and looked at again by the probe: parked.
        await().atMost(PATIENCE).until(() -> server.count("EXAMINE") > listed + 1);
        inbox.renumber(known);
        server.dropConnections();
        long uid = inbox.append(eml("mad-4"));
        kafka.announce(mailbox, pointer(inbox, "INBOX", uid, "mad-4"));
        awaitTickets("mad", 5);
        assertEquals(5, tickets("mad"));
    }

    private Mailbox apply(
            String name, String incarnation, List<String> former, FaultyImapServer where, String... folders) {
        Mailbox mailbox = new Mailbox(
                "acme",
                name,
                name + "@example.com",
                incarnation,
                former,
                "k-" + name,
                Instant.now().minus(Duration.ofDays(1)),
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "127.0.0.1",
                        where.port(),
                        ImapAccount.Tls.NONE,
                        name,
                        new CredentialReference("file:mail"),
                        List.of(folders),
                        null),
                false);
        return kafka.apply(mailbox, processor);
    }

    private static void fill(ImapMailbox folder, String name) {
        for (int i = 0; i < MAILS; i++) {
            folder.append(eml(name + "-" + i));
        }
    }

    private void list(Mailbox mailbox) {
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
    }

    private static PointerJob job(Mailbox mailbox, Pointer pointer) {
        return PointerJob.of(mailbox, pointer, Instant.now());
    }

    private static ImapPointer pointer(ImapMailbox folder, String name, long uid, String id) {
        String hash = new InstallKey(Secret.of(KEY)).messageIdHash("acme", id + "@example.org");
        return new ImapPointer(name, folder.uidValidity(), uid, hash, null);
    }

    private static byte[] eml(String id) {
        return ("Message-ID: <" + id + "@example.org>\r\nFrom: " + id + " <" + id
                        + "@example.org>\r\nTo: support@example.com\r\nSubject: About " + id
                        + "\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\nText of " + id + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void awaitTickets(String mailbox, long count) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> tickets(mailbox) >= count);
    }

    private long tickets(String mailbox) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                PreparedStatement select =
                        connection.prepareStatement("select count(*) from ticket_overview where mailbox = ?")) {
            select.setString(1, mailbox);
            try (ResultSet result = select.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }
}
