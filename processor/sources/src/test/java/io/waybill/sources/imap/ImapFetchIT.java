package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.lines;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sandbox.EmbeddedMailServer;
import io.waybill.sources.FetchResult;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading single messages from a well-behaved server. */
class ImapFetchIT {
    private final Instant arrived = Instant.now().minusSeconds(3600).truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    Path directory;

    private EmbeddedMailServer server;
    private ImapMailSource source;
    private Mailbox mailbox;

    @BeforeEach
    void start() {
        server = EmbeddedMailServer.start();
        server.addUser("support@example.com", LOGIN, PASSWORD);
        source = ImapWorld.source(directory);
        mailbox = ImapWorld.mailbox(server.imapPort());
    }

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    @Test
    void fetch_smallMessage_givesItsBytesSizeAndArrival() throws IOException {
        byte[] eml = mail("small");
        long uid = server.append(LOGIN, eml, arrived);
        try (RawMail mail = fetched(uid)) {
            assertArrayEquals(eml, bytes(mail));
            assertArrayEquals(eml, bytes(mail), "may be opened again");
            assertEquals(eml.length, mail.size());
            assertEquals(arrived, mail.receivedAt());
        }
    }

    @Test
    void fetch_messageOfManyPieces_givesItsBytesAndLeavesNoFile() throws IOException {
        byte[] eml = mail("large", lines(20_000));
        long uid = server.append(LOGIN, eml, arrived);
        try (RawMail mail = fetched(uid)) {
            assertArrayEquals(eml, bytes(mail));
            try (InputStream one = mail.open();
                    InputStream other = mail.open()) {
                assertEquals(one.read(), other.read(), "two readers do not disturb each other");
            }
        }
        try (Stream<Path> files = Files.list(directory.resolve("spool"))) {
            assertEquals(0, files.count());
        }
    }

    @Test
    @DisplayName("T26 fetching a message does not mark it as seen")
    void fetch_unreadMessage_staysUnread() {
        long uid = server.append(LOGIN, mail("unread"), arrived);
        fetched(uid).close();
        assertFalse(server.messages(LOGIN).getFirst().seen());
    }

    @Test
    @DisplayName("T23 a message that was expunged before the fetch is not found, and after relocating it is gone")
    void fetch_expungedMessage_isNotFoundThenGone() {
        long uid = server.append(LOGIN, mail("gone"), arrived);
        server.append(LOGIN, mail("stays"), arrived);
        server.expunge(LOGIN, uid);
        ImapPointer pointer = pointer(uid);
        assertInstanceOf(FetchResult.NotFound.class, source.fetch(mailbox, pointer, WITHIN));
        RelocateResult.Gone gone =
                assertInstanceOf(RelocateResult.Gone.class, source.relocate(mailbox, pointer, WITHIN));
        assertTrue(gone.evidence().contains("UID " + uid), gone.evidence());
    }

    @Test
    void fetch_uidThatTheServerHasNotGivenYet_isNotThereYet() {
        long uid = server.append(LOGIN, mail("newest"), arrived);
        ImapPointer pointer = pointer(uid + 1);
        FetchResult.Failed failed = assertInstanceOf(FetchResult.Failed.class, source.fetch(mailbox, pointer, WITHIN));
        assertEquals(FailureCode.SOURCE_ERROR, failed.failure().code());
        assertEquals(
                "not there yet: the next message in INBOX gets UID " + (uid + 1) + ", pointer says " + (uid + 1),
                failed.failure().detail());
        assertInstanceOf(RelocateResult.Failed.class, source.relocate(mailbox, pointer, WITHIN));
    }

    @Test
    void relocate_messageThatIsThere_findsIt() throws IOException {
        byte[] eml = mail("there");
        long uid = server.append(LOGIN, eml, arrived);
        RelocateResult.Found found =
                assertInstanceOf(RelocateResult.Found.class, source.relocate(mailbox, pointer(uid), WITHIN));
        try (RawMail mail = found.mail()) {
            assertArrayEquals(eml, bytes(mail));
        }
    }

    @Test
    void relocate_onAnotherServersSoftware_findsTheMovedMessage() throws IOException {
        byte[] eml = mail("wanders");
        server.append(LOGIN, mail("first"), arrived);
        long uid = server.append(LOGIN, eml, arrived);
        // Removed and put back under another UID, as a rule that moves it away and back does.
        server.expunge(LOGIN, uid);
        server.append(LOGIN, eml, arrived);
        ImapPointer pointer =
                new ImapPointer("INBOX", server.uidValidity(LOGIN), uid, ImapWorld.hashOf("wanders"), null);
        try (ImapMailSource keyed = ImapWorld.sourceWithKey(directory, Clock.systemUTC())) {
            RelocateResult result = keyed.relocate(mailbox, pointer, WITHIN);
            RelocateResult.Found found = assertInstanceOf(RelocateResult.Found.class, result, result::toString);
            try (RawMail mail = found.mail()) {
                assertArrayEquals(eml, bytes(mail));
            }
        }
        assertTrue(server.messages(LOGIN).stream().noneMatch(EmbeddedMailServer.Stored::seen));
    }

    @Test
    @DisplayName("T22 a pointer of another UIDVALIDITY names nothing any more")
    void fetch_pointerOfAnotherEpoch_isNotFoundWithEvidence() {
        long uid = server.append(LOGIN, mail("epoch"), arrived);
        long epoch = server.uidValidity(LOGIN);
        ImapPointer old = ImapPointer.of("INBOX", epoch + 1, uid);
        FetchResult.NotFound notFound =
                assertInstanceOf(FetchResult.NotFound.class, source.fetch(mailbox, old, WITHIN));
        assertEquals("UIDVALIDITY of INBOX is " + epoch + ", pointer says " + (epoch + 1), notFound.evidence());
    }

    @Test
    void fetch_messageBeyondTheLimit_isTooLarge() {
        byte[] eml = mail("limit", lines(20));
        long uid = server.append(LOGIN, eml, arrived);
        Mailbox small = ImapWorld.mailbox((ImapAccount) mailbox.source(), new MailboxLimits(2, (long) eml.length - 1));
        Mailbox enough = ImapWorld.mailbox((ImapAccount) mailbox.source(), new MailboxLimits(2, (long) eml.length));
        FetchResult.Failed failed =
                assertInstanceOf(FetchResult.Failed.class, source.fetch(small, pointer(uid), WITHIN));
        assertEquals(FailureCode.MESSAGE_TOO_LARGE, failed.failure().code());
        FetchResult.Fetched fetched =
                assertInstanceOf(FetchResult.Fetched.class, source.fetch(enough, pointer(uid), WITHIN));
        fetched.mail().close();
    }

    @Test
    void fetch_missingFolder_isMailboxGone() {
        FetchResult.Failed failed = assertInstanceOf(
                FetchResult.Failed.class, source.fetch(mailbox, ImapPointer.of("Nowhere", 1, 1), WITHIN));
        assertEquals(FailureCode.MAILBOX_GONE, failed.failure().code());
    }

    private RawMail fetched(long uid) {
        return assertInstanceOf(FetchResult.Fetched.class, source.fetch(mailbox, pointer(uid), WITHIN))
                .mail();
    }

    private ImapPointer pointer(long uid) {
        return ImapPointer.of("INBOX", server.uidValidity(LOGIN), uid);
    }

    private static byte[] bytes(RawMail mail) throws IOException {
        try (InputStream in = mail.open()) {
            return in.readAllBytes();
        }
    }
}
