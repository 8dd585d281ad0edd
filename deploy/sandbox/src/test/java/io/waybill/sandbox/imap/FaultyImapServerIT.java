package io.waybill.sandbox.imap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sandbox.LoopbackPort;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.FetchProfile;
import jakarta.mail.Folder;
import jakarta.mail.FolderClosedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.UIDFolder;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.search.ComparisonTerm;
import jakarta.mail.search.ReceivedDateTerm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as Angus sees it: first well-behaved, then with each fault. */
class FaultyImapServerIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Of a client whose wait is to end, in milliseconds; it signs in and opens the folder with the same patience. */
    private static final int IMPATIENT = 3_000;

    private static final Instant OLD = Instant.parse("2026-01-02T03:04:05Z");

    private FaultyImapServer server;
    private ImapMailbox inbox;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        inbox = server.addAccount("support", "sesame");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fetch_byUidInExamine_givesTheBytesAndLeavesTheMailUnseen() throws Exception {
        inbox.skipTo(41);
        long uid = inbox.append(mail(1), OLD);
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            IMAPMessage message = (IMAPMessage) folder.getMessageByUID(uid);
            message.setPeek(true);

            assertArrayEquals(mail(1), message.getMimeStream().readAllBytes());
            assertEquals(1_000, folder.getUIDValidity());
            assertEquals(42, folder.getUIDNext());
            assertEquals(OLD, message.getReceivedDate().toInstant());
            assertEquals(mail(1).length, message.getSizeLong());
        }
        assertFalse(inbox.isSeen(uid));
        assertEquals(1, server.count("EXAMINE"));
        assertTrue(
                server.commands().contains("LOGIN support"), server.commands().toString());
    }

    @Test
    void fetch_withoutPeekInSelect_setsSeen() throws Exception {
        long uid = inbox.append(mail(1));
        try (Store store = connect();
                IMAPFolder folder = (IMAPFolder) store.getFolder("INBOX")) {
            folder.open(Folder.READ_WRITE);
            ((IMAPMessage) folder.getMessageByUID(uid)).getMimeStream().readAllBytes();
        }
        assertTrue(inbox.isSeen(uid));
    }

    @Test
    void fetch_ofAnEnvelope_isReadByAngus() throws Exception {
        inbox.append(mail(7), OLD);
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            Message[] messages = folder.getMessages();
            FetchProfile profile = new FetchProfile();
            profile.add(FetchProfile.Item.ENVELOPE);
            profile.add(UIDFolder.FetchProfileItem.UID);
            profile.add("X-Number");
            folder.fetch(messages, profile);

            assertEquals("Mail \"7\"", messages[0].getSubject());
            assertEquals("7@example.net", ((InternetAddress) messages[0].getFrom()[0]).getAddress());
            assertArrayEquals(new String[] {"7"}, messages[0].getHeader("X-Number"));
        }
    }

    @Test
    void search_forUidsAndDates_findsThem() throws Exception {
        inbox.append(mail(1), OLD);
        inbox.append(mail(2), OLD.plus(Duration.ofDays(3)));
        inbox.append(mail(3), OLD.plus(Duration.ofDays(4)));
        inbox.expunge(1);
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertEquals(List.of(2L, 3L), uids(folder, folder.getMessagesByUID(2, UIDFolder.LASTUID)));
            // A range that starts beyond the last one holds the last one: RFC 3501, 6.4.8.
            assertEquals(List.of(3L), uids(folder, folder.getMessagesByUID(9, UIDFolder.LASTUID)));
            var since = new ReceivedDateTerm(
                    ComparisonTerm.GE, Date.from(OLD.plus(Duration.ofDays(4)).minus(Duration.ofHours(1))));
            assertEquals(List.of(3L), uids(folder, folder.search(since)));
        }
    }

    @Test
    void idle_whenAMailArrivesAndWhenOneGoes_isTold() throws Exception {
        inbox.append(mail(1));
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertEquals(1, folder.getMessageCount());
            CompletableFuture<Void> idle = idle(folder);
            awaitCommand("IDLE", 1);
            inbox.append(mail(2));
            idle.get(20, TimeUnit.SECONDS);
            assertEquals(2, folder.getMessageCount());

            Message first = folder.getMessage(1);
            CompletableFuture<Void> again = idle(folder);
            awaitCommand("IDLE", 2);
            inbox.expunge(1);
            again.get(20, TimeUnit.SECONDS);
            assertTrue(first.isExpunged());
        }
    }

    @Test
    void connections_areCounted() throws Exception {
        try (Store one = connect();
                Store two = connect()) {
            assertTrue(one.isConnected() && two.isConnected());
            assertEquals(2, server.connections());
        }
        await().until(() -> server.connections() == 0);

        assertEquals(2, server.mostConnections());
        assertEquals(2, server.mostConnections("support"));
        assertEquals(2, server.logins());
    }

    @Test
    void login_withAWrongPassword_isRefusedAndCounted() {
        server.changePassword("support", "changed");

        assertThrows(AuthenticationFailedException.class, this::connect);
        assertEquals(1, server.refusedLogins());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[AUTHENTICATIONFAILED] no", "[UNAVAILABLE] later", "[LIMIT] too many"})
    void login_refusedByAFault_saysWhy(String text) throws Exception {
        server.inject(new ImapFault.No("LOGIN", text), 1);

        var refused = assertThrows(AuthenticationFailedException.class, this::connect);

        assertTrue(refused.getMessage().contains(text), refused.getMessage());
        connect().close();
    }

    @Test
    void login_beyondTheLimit_isRefused() throws Exception {
        server.inject(new ImapFault.TooManyConnections(1));
        try (Store first = connect()) {
            assertThrows(AuthenticationFailedException.class, this::connect);
            assertTrue(first.isConnected());
        }
    }

    @Test
    void noGreeting_isATimeoutOfTheClient() {
        server.inject(new ImapFault.NoGreeting());

        assertThrows(MessagingException.class, () -> connect(500));
    }

    @Test
    void byeAtGreeting_isARefusedConnection() {
        server.inject(new ImapFault.ByeAtGreeting("[UNAVAILABLE] maintenance"));

        assertThrows(MessagingException.class, this::connect);
    }

    @Test
    void hang_onTheCommandAfterTheGreeting_isATimeoutOfTheClient() {
        server.inject(new ImapFault.Hang("CAPABILITY")).inject(new ImapFault.Hang("LOGIN"));

        assertThrows(MessagingException.class, () -> connect(500));
    }

    @Test
    void hang_onFetch_isATimeoutOfTheClientAndOverAfterwards() throws Exception {
        inbox.append(mail(1));
        server.inject(new ImapFault.Hang("FETCH"), 1);
        try (Store store = connect(IMPATIENT);
                IMAPFolder folder = open(store)) {
            assertThrows(FolderClosedException.class, () -> folder.getMessageByUID(1));
        }
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertEquals(1, folder.getUID(folder.getMessageByUID(1)));
        }
    }

    @Test
    void hangInBody_isATimeoutOfTheClient() throws Exception {
        inbox.append(mail(1));
        server.inject(new ImapFault.HangInBody(10));
        try (Store store = connect(IMPATIENT);
                IMAPFolder folder = open(store)) {
            IMAPMessage message = (IMAPMessage) folder.getMessageByUID(1);
            assertThrows(Exception.class, () -> message.getMimeStream().readAllBytes());
        }
    }

    @Test
    void dropInBody_breaksTheConnection() throws Exception {
        inbox.append(mail(1));
        server.inject(new ImapFault.DropInBody(10));
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            IMAPMessage message = (IMAPMessage) folder.getMessageByUID(1);
            assertTimeoutPreemptively(
                    SOON,
                    () -> assertThrows(
                            Exception.class, () -> message.getMimeStream().readAllBytes()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dropAndBye_onACommand_closeTheFolder(boolean bye) throws Exception {
        inbox.append(mail(1));
        server.inject(bye ? new ImapFault.Bye("FETCH", "going down") : new ImapFault.Drop("FETCH"));
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertTimeoutPreemptively(
                    SOON, () -> assertThrows(FolderClosedException.class, () -> folder.getMessageByUID(1)));
        }
    }

    @Test
    void silentIdle_isNeverHeardOfAgain() throws Exception {
        server.inject(new ImapFault.SilentIdle());
        try (Store store = connect(IMPATIENT);
                IMAPFolder folder = open(store)) {
            CompletableFuture<Void> idle = idle(folder);
            awaitCommand("IDLE", 1);
            inbox.append(mail(1));
            // What a watchdog does: it ends the idle and gets no answer within the client's timeout.
            assertThrows(
                    MessagingException.class,
                    () -> folder.doCommand(protocol -> {
                        protocol.simpleCommand("NOOP", null);
                        return null;
                    }));
            assertThrows(Exception.class, () -> idle.get(20, TimeUnit.SECONDS));
            assertEquals(0, server.count("NOOP"));
        }
    }

    @Test
    void silenceConnections_leavesNewOnesAlone() throws Exception {
        try (Store store = connect(IMPATIENT);
                IMAPFolder folder = open(store)) {
            server.silenceConnections();

            assertThrows(MessagingException.class, folder::getUnreadMessageCount);
            connect().close();
        }
    }

    @Test
    void byeConnections_endsAnIdle() throws Exception {
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            CompletableFuture<Void> idle = idle(folder);
            awaitCommand("IDLE", 1);
            server.byeConnections("restarting");

            assertThrows(Exception.class, () -> idle.get(20, TimeUnit.SECONDS));
            await().until(() -> !folder.isOpen());
        }
    }

    @Test
    void withoutIdle_theCapabilityAndTheCommandAreMissing() throws Exception {
        server.inject(new ImapFault.Without("IDLE"));
        try (IMAPStore store = connect();
                IMAPFolder folder = open(store)) {
            assertFalse(store.hasCapability("IDLE"));
            assertThrows(MessagingException.class, () -> folder.idle(true));
        }
    }

    @Test
    void searchAlsoReturns_listsAnotherUid() throws Exception {
        inbox.skipTo(10);
        inbox.append(mail(1));
        server.inject(new ImapFault.SearchAlsoReturns(3), 1);
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            String[] answer = new String[1];
            folder.doCommand(protocol -> {
                for (var each : protocol.command("UID SEARCH UID 5:*", null)) {
                    if (each.toString().startsWith("* SEARCH")) {
                        answer[0] = each.toString();
                    }
                }
                return null;
            });
            assertEquals("* SEARCH 10 3", answer[0]);
        }
    }

    @Test
    void fetchUnderOtherUid_answersForAMailNobodyAskedFor() throws Exception {
        inbox.append(mail(1));
        inbox.append(mail(2));
        server.inject(new ImapFault.FetchUnderOtherUid(77));
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertEquals(77L, folder.doCommand(protocol -> {
                var answer = protocol.command("UID FETCH 1 (UID)", null)[0].toString();
                return Long.valueOf(answer.replaceAll(".*UID ([0-9]+).*", "$1"));
            }));
        }
    }

    @Test
    void renumber_isANewUidValidityAndUidsFromOne() throws Exception {
        inbox.skipTo(10);
        inbox.append(mail(1));
        inbox.renumber();
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertEquals(1_001, folder.getUIDValidity());
            assertNull(folder.getMessageByUID(10));
            assertEquals(1, folder.getUID(folder.getMessageByUID(1)));
        }
    }

    @Test
    void stop_isAnOutageOfTheSamePort() throws Exception {
        inbox.append(mail(1));
        int port = server.port();
        try (Store store = connect()) {
            server.stop();
            assertThrows(MessagingException.class, this::connect);
            assertFalse(store.isConnected());
        }
        assertTrue(LoopbackPort.isFree(port));

        server.startAgain();

        assertEquals(port, server.port());
        try (Store store = connect();
                IMAPFolder folder = open(store)) {
            assertEquals(1, folder.getMessageCount());
        }
    }

    @Test
    void folders_areListedAndOpened() throws Exception {
        server.folder("support", "Archive/2026").append(mail(4));
        try (Store store = connect();
                IMAPFolder folder = (IMAPFolder) store.getFolder("Archive/2026")) {
            folder.open(Folder.READ_ONLY);

            assertEquals(1, folder.getMessageCount());
            assertEquals(
                    List.of("Archive/2026", "INBOX"),
                    Arrays.stream(store.getDefaultFolder().list("*"))
                            .map(Folder::getFullName)
                            .sorted()
                            .toList());
            assertFalse(store.getFolder("Missing").exists());
        }
    }

    private void awaitCommand(String name, int count) {
        await().until(() -> server.count(name) >= count);
    }

    /** Without what threads of other tests throw: those of a mail server do where a client hangs up. */
    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).dontCatchUncaughtExceptions();
    }

    private static CompletableFuture<Void> idle(IMAPFolder folder) {
        return CompletableFuture.runAsync(() -> {
            try {
                folder.idle(true);
            } catch (MessagingException ended) {
                throw new IllegalStateException(ended);
            }
        });
    }

    private static List<Long> uids(IMAPFolder folder, Message[] messages) throws MessagingException {
        List<Long> uids = new ArrayList<>();
        for (Message each : messages) {
            uids.add(folder.getUID(each));
        }
        return uids;
    }

    private static IMAPFolder open(Store store) throws MessagingException {
        IMAPFolder folder = (IMAPFolder) store.getFolder("INBOX");
        folder.open(Folder.READ_ONLY);
        return folder;
    }

    private IMAPStore connect() throws MessagingException {
        return connect((int) SOON.toMillis());
    }

    private IMAPStore connect(int timeoutMillis) throws MessagingException {
        Properties settings = new Properties();
        settings.put("mail.imap.timeout", Integer.toString(timeoutMillis));
        settings.put("mail.imap.connectiontimeout", Integer.toString(timeoutMillis));
        IMAPStore store = (IMAPStore) Session.getInstance(settings).getStore("imap");
        store.connect(server.host(), server.port(), "support", "sesame");
        return store;
    }

    private static byte[] mail(int number) {
        return """
            From: "Customer, %1$d" <%1$d@example.net>\r
            To: support@example.com\r
            Subject: Mail "%1$d"\r
            X-Number: %1$d\r
            Date: Fri, 2 Jan 2026 03:04:05 +0000\r
            Message-ID: <%1$d@example.net>\r
            \r
            Body %1$d with a byte beyond ASCII: \u00e4\r
            """.formatted(number).getBytes(StandardCharsets.ISO_8859_1);
    }
}
