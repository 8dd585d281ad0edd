package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.hashOf;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.sandbox.emulator.StoppedClock;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding a message that was moved before it was fetched. */
class ImapRelocationIT {
    private static final byte[] EML = mail("moved");

    @TempDir
    Path directory;

    private final StoppedClock clock = new StoppedClock();
    private FaultyImapServer server;
    private ImapMailbox inbox;
    private ImapMailSource source;
    private Mailbox mailbox;
    private ImapPointer pointer;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        inbox = server.addAccount(LOGIN, PASSWORD);
        source = ImapWorld.sourceWithKey(directory, clock);
        mailbox = ImapWorld.mailbox(server.port());
        inbox.append(mail("stays"));
        long uid = inbox.append(EML, Instant.now().minus(Duration.ofDays(400)));
        pointer = new ImapPointer("INBOX", inbox.uidValidity(), uid, hashOf("moved"), null);
    }

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    @Test
    @DisplayName(
            "A09 (i) a message that was moved before the fetch is found in its new folder by its Message-ID, unread"
                    + " still")
    void relocate_movedMessage_isFoundInItsNewFolder() throws IOException {
        ImapMailbox archive = folder("Archive/2026");
        for (int i = 0; i < 400; i++) {
            archive.append(mail("older " + i));
        }
        long uid = inbox.move(pointer.uid(), archive);
        RelocateResult.Found found = found();
        assertTrue(found.moved());
        try (RawMail mail = found.mail();
                InputStream in = mail.open()) {
            assertArrayEquals(EML, in.readAllBytes());
        }
        assertFalse(archive.isSeen(uid));
        assertEquals(0, server.count("SELECT") + server.count("STORE"), "nothing is opened for writing");
    }

    @Test
    void relocate_messageThatIsThere_isNotMoved() {
        RelocateResult.Found found = found();
        found.mail().close();
        assertFalse(found.moved());
        assertEquals(0, server.count("LIST"));
    }

    @Test
    void relocate_folderNumberedAnew_findsItInTheSameFolder() {
        inbox.renumber();
        RelocateResult.Found found = found();
        found.mail().close();
        assertTrue(found.moved());
    }

    @Test
    void relocate_movedAwayAndBack_findsItUnderItsNewUid() {
        ImapMailbox aside = folder("Aside");
        aside.move(inbox.move(pointer.uid(), aside), inbox);
        found().mail().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\All", "\\Archive", "\\Trash"})
    void relocate_specialFolders_areLookedIntoFirst(String attribute) {
        for (int i = 0; i < 60; i++) {
            folder("A" + i).append(mail("other " + i));
        }
        inbox.move(pointer.uid(), folder("Zzz").mark(attribute));
        found().mail().close();
        assertTrue(server.count("EXAMINE") <= 4, "examined " + server.count("EXAMINE"));
    }

    @Test
    @DisplayName(
            "A19 (i) a message that is really gone is gone only after every folder was looked into, and the evidence"
                    + " says so")
    void relocate_expungedMessage_isGoneWithEvidence() {
        folder("Archive").append(mail("another"));
        folder("Empty");
        folder("Parent").mark("\\Noselect");
        inbox.expunge(pointer.uid());
        String evidence = gone().evidence();
        assertTrue(evidence.contains("asked again on a fresh connection: there is no UID " + pointer.uid()), evidence);
        assertTrue(evidence.contains("in 3 folders: 2 compared, 0 alike"), evidence);
        assertTrue(evidence.contains("looked into INBOX, Archive, Empty"), evidence);
        assertFalse(evidence.contains("example.com"), evidence);
        assertEquals(evidence, gone().evidence(), "the same every time");
    }

    @Test
    void relocate_withoutHash_asksAgainWhereItWasAndSaysSo() {
        inbox.move(pointer.uid(), folder("Archive"));
        RelocateResult.Gone gone = assertInstanceOf(
                RelocateResult.Gone.class,
                source.relocate(mailbox, ImapPointer.of("INBOX", pointer.uidValidity(), pointer.uid()), WITHIN));
        assertTrue(gone.evidence().contains("no hash of its Message-ID"), gone.evidence());
        assertEquals(0, server.count("LIST"));
    }

    @Test
    void relocate_withoutInstallKey_failsAndIsNeverGone() throws IOException {
        inbox.expunge(pointer.uid());
        Files.delete(directory.resolve("install.key"));
        Failure failure = failed();
        assertEquals(FailureCode.SOURCE_ERROR, failure.code());
        assertTrue(failure.detail().contains("install.key"), failure.detail());
    }

    @Test
    void relocate_hashOfTheFormerKey_isKnownDuringARotation() throws IOException {
        Files.move(directory.resolve("install.key"), directory.resolve("install.key.previous"));
        Files.writeString(directory.resolve("install.key"), "fedcba9876543210fedcba9876543210");
        inbox.move(pointer.uid(), folder("Archive"));
        found().mail().close();
    }

    @Test
    void relocate_folderThatCannotBeOpened_isSkippedAndNamed() {
        folder("Closed").append(EML);
        folder("Shut").append(EML);
        server.inject(new ImapFault.ClosedFolder("Closed", "[NOPERM] not yours"));
        server.inject(new ImapFault.ClosedFolder("Shut", "Permission denied"));
        inbox.expunge(pointer.uid());
        assertTrue(gone().evidence().contains("could not be opened: Closed, Shut"), gone().evidence());
        inbox.append(EML);
        found().mail().close();
    }

    @ParameterizedTest
    @DisplayName("a folder that the server does not open for the moment may have the message: it is not gone")
    @CsvSource({
        "Server Unavailable. 15, SOURCE_THROTTLED",
        "[ALERT] Temporary System Problem. Try again later (Failure), SOURCE_THROTTLED",
        "[SERVERBUG] Internal error occurred, SOURCE_ERROR",
        "cannot, SOURCE_ERROR",
        "[CORRUPTION] rebuilding, SOURCE_ERROR"
    })
    void relocate_folderThatIsClosedForNow_isLookedIntoLater(String text, FailureCode code) {
        folder("Archive").append(mail("another"));
        inbox.move(pointer.uid(), folder("Closed"));
        server.inject(new ImapFault.ClosedFolder("Closed", text));
        assertEquals(code, failed().code());
        server.heal();
        // Who was throttled is left alone for up to a second.
        clock.turn(Duration.ofSeconds(1));
        found().mail().close();
    }

    @Test
    @DisplayName("a folder that is closed for now keeps no message from being found in another")
    void relocate_folderClosedForNow_othersAreLookedInto() {
        folder("Closed");
        inbox.move(pointer.uid(), folder("Elsewhere"));
        server.inject(new ImapFault.ClosedFolder("Closed", "[SERVERBUG] Internal error occurred"));
        found().mail().close();
    }

    @Test
    void relocate_folderThatIsBusy_isThrottledAndNeverGone() {
        folder("Busy");
        server.inject(new ImapFault.ClosedFolder("Busy", "[INUSE] later"));
        inbox.expunge(pointer.uid());
        assertEquals(FailureCode.SOURCE_THROTTLED, failed().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"LIST", "FETCH"})
    void relocate_connectionDies_isUnreachableAndNeverGone(String command) {
        inbox.expunge(pointer.uid());
        server.inject(new ImapFault.Drop(command));
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failed().code());
        server.heal();
        gone();
    }

    @Test
    void relocate_listRefused_isSourceErrorAndNeverGone() {
        inbox.expunge(pointer.uid());
        server.inject(new ImapFault.No("LIST", "no"));
        assertEquals(FailureCode.SOURCE_ERROR, failed().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NO", "BAD"})
    void relocate_questionRefused_isSourceErrorAndNeverGone(String word) {
        try (ScriptedServer refusing = new ScriptedServer(said -> {
            if (said.startsWith("LIST")) {
                return "* LIST () \"/\" INBOX\r\n% OK done\r\n";
            }
            if (said.startsWith("FETCH")) {
                return "* 1 FETCH (UID 9)\r\n% OK done\r\n";
            }
            return said.contains("MESSAGE-ID") ? "% " + word + " not now\r\n" : ScriptedServer.usual(said);
        })) {
            mailbox = ImapWorld.mailbox(refusing.port());
            pointer = new ImapPointer("INBOX", 5, 7, hashOf("moved"), null);
            assertEquals(FailureCode.SOURCE_ERROR, failed().code());
        }
    }

    @Test
    void relocate_serverHangs_endsWithTheDeadline() {
        inbox.expunge(pointer.uid());
        server.inject(new ImapFault.Hang("LIST"));
        Failure failure = assertInstanceOf(
                        RelocateResult.Failed.class, source.relocate(mailbox, pointer, Duration.ofMillis(800)))
                .failure();
        assertEquals(FailureCode.DEADLINE_EXCEEDED, failure.code());
        assertTrue(failure.detail().contains("moved"), failure.detail());
    }

    @Test
    void relocate_veryManyFolders_looksIntoSoManyAndSaysSo() {
        for (int i = 0; i < 60; i++) {
            folder("F" + i);
        }
        inbox.expunge(pointer.uid());
        String evidence = gone().evidence();
        assertTrue(evidence.contains("in 40 folders") && evidence.contains("21 folders more"), evidence);
        assertTrue(evidence.length() < 450, "it must fit an outcome: " + evidence.length());
    }

    @Test
    void relocate_messageWithoutMessageId_isNoCandidate() {
        folder("Archive").append("Subject: none\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII));
        inbox.expunge(pointer.uid());
        assertTrue(gone().evidence().contains(" 0 alike"), gone().evidence());
    }

    @Test
    void relocate_oneConnection() {
        inbox.move(pointer.uid(), folder("Archive"));
        found().mail().close();
        assertEquals(1, server.mostConnections(LOGIN));
    }

    private ImapMailbox folder(String name) {
        return server.folder(LOGIN, name);
    }

    private RelocateResult.Found found() {
        return assertInstanceOf(RelocateResult.Found.class, source.relocate(mailbox, pointer, WITHIN));
    }

    private RelocateResult.Gone gone() {
        return assertInstanceOf(RelocateResult.Gone.class, source.relocate(mailbox, pointer, WITHIN));
    }

    private Failure failed() {
        return assertInstanceOf(RelocateResult.Failed.class, source.relocate(mailbox, pointer, WITHIN))
                .failure();
    }
}
