package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sandbox.emulator.StoppedClock;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that numbers its folder anew again and again. */
class ImapEpochsIT {
    @TempDir
    Path directory;

    private final StoppedClock clock = new StoppedClock();
    private FaultyImapServer server;
    private ImapMailbox inbox;
    private ImapMailSource source;
    private Mailbox mailbox;
    private String cursor;
    private Optional<String> token = Optional.empty();

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        inbox = server.addAccount(LOGIN, PASSWORD);
        source = ImapWorld.sourceWithKey(directory, clock);
        mailbox = ImapWorld.mailbox(
                ImapWorld.account("127.0.0.1", server.port(), "WAYBILL_SECRET_SUPPORT"),
                MailboxLimits.DEFAULTS,
                Instant.EPOCH);
        inbox.append(mail("one"), clock.instant());
        cursor = listed();
    }

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    @Test
    @DisplayName("three new UIDVALIDITYs within a day are recovered; the fourth parks the mailbox and says until when")
    void list_fourthEpochWithinADay_isUnstable() {
        Instant first = change();
        change();
        change();
        inbox.renumber();
        Failure failure = failed();
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failure.code());
        assertTrue(failure.detail().contains("INBOX"), failure.detail());
        assertTrue(failure.detail().contains("4 times within 24 h"), failure.detail());
        assertTrue(failure.detail().contains(first.plus(Duration.ofHours(24)).toString()), failure.detail());
    }

    @Test
    void list_unstable_goesOnWhenTheFirstChangeIsADayOld() {
        change();
        change();
        change();
        inbox.renumber();
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        clock.turn(Duration.ofHours(21).minusMinutes(1));
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        inbox.append(mail("came while parked"), clock.instant());
        clock.turn(Duration.ofMinutes(1));
        ListResult.Page page = page();
        assertTrue(page.found().stream().anyMatch(pointer -> ((ImapPointer) pointer).uid() == 2), "nothing is lost");
        cursor = ((ListResult.Next.End) page.next()).cursor();
        inbox.renumber();
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code(), "it was one of the four a day that may be");
    }

    @Test
    void list_unstable_goesOnAtOnceWhenTheOldNumbersAreBack() {
        change();
        change();
        change();
        long known = inbox.uidValidity();
        inbox.renumber();
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        inbox.renumber(known);
        listed();
    }

    @Test
    void list_changesADayApart_areAlwaysRecovered() {
        for (int i = 0; i < 8; i++) {
            change();
            clock.turn(Duration.ofHours(9));
        }
    }

    @Test
    @DisplayName("while a folder is unstable no other job of the mailbox gets through, or it would release them all")
    void fetch_ofAnUnstableMailbox_failsToo() {
        change();
        change();
        change();
        long known = inbox.uidValidity();
        inbox.renumber();
        ImapPointer pointer = ImapPointer.of("INBOX", inbox.uidValidity(), 1);
        fetched(pointer);
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        assertEquals(
                FailureCode.MAILBOX_UNSTABLE,
                assertInstanceOf(FetchResult.Failed.class, source.fetch(mailbox, pointer, WITHIN))
                        .failure()
                        .code());
        inbox.renumber(known);
        fetched(ImapPointer.of("INBOX", known, 1));
    }

    @Test
    void repointedAccount_isAnotherMailboxAndStable() {
        change();
        change();
        change();
        inbox.renumber();
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        mailbox = new Mailbox(
                mailbox.tenantId(),
                mailbox.mailboxId(),
                mailbox.address(),
                "inc2",
                List.of("inc1"),
                mailbox.k(),
                mailbox.since(),
                mailbox.handlers(),
                mailbox.limits(),
                (ImapAccount) mailbox.source(),
                false);
        fetched(ImapPointer.of("INBOX", inbox.uidValidity(), 1));
    }

    @Test
    @DisplayName("a server that numbers its folder anew with each page is not listed for ever")
    void list_newUidValidityWithEachPage_isUnstable() {
        fill();
        ListResult.Failed failed = assertInstanceOf(ListResult.Failed.class, untilUnstable(3));
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed.failure().code());
        assertTrue(
                failed.failure().detail().contains("4 times within 24 h"),
                failed.failure().detail());
    }

    @Test
    void list_newUidValidityWithEachPageOfTheFirstListing_isUnstable() {
        fill();
        cursor = null;
        ListResult.Failed failed = assertInstanceOf(ListResult.Failed.class, untilUnstable(4));
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed.failure().code());
    }

    @Test
    void list_unstableBetweenPages_goesOnWhenThePagesNumbersAreBack() {
        fill();
        untilUnstable(3);
        long listed = inbox.uidValidity() - 1;
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        inbox.renumber(listed);
        assertEquals(601 - 500, page().found().size(), "what that page had left");
    }

    @Test
    void list_unstableBetweenPages_goesOnWhenTheCursorsNumbersAreBack() {
        long known = inbox.uidValidity();
        fill();
        untilUnstable(3);
        inbox.renumber(known);
        token = Optional.of(more(page()));
        listed();
    }

    @Test
    @DisplayName("where it settles at numbers of which nobody knows, it is listed when the first change is a day old")
    void list_unstableBetweenPages_goesOnAfterADay() {
        fill();
        untilUnstable(3);
        clock.turn(Duration.ofHours(24).minusMinutes(1));
        assertEquals(FailureCode.MAILBOX_UNSTABLE, failed().code());
        clock.turn(Duration.ofMinutes(1));
        token = Optional.of(more(page()));
        cursor = listed();
    }

    @Test
    void list_newUidValidityBetweenPages_countsForTheNextListing() {
        fill();
        cursor = null;
        token = Optional.of(more(page()));
        inbox.renumber();
        token = Optional.of(more(page()));
        inbox.renumber();
        token = Optional.of(more(page()));
        cursor = listed();
        token = Optional.empty();
        assertEquals(2, ImapCursor.parse(cursor).orElseThrow().epochs().size());
    }

    @Test
    @DisplayName("what is listed once more under new numbers may have been handled under the old ones")
    void list_newUidValidityBetweenPages_isRecovered() {
        fill();
        cursor = null;
        ListResult.Page first = page();
        assertTrue(first.found().stream().noneMatch(pointer -> isRecovered((ImapPointer) pointer)));
        token = Optional.of(more(first));
        inbox.renumber();
        ListResult.Page second = page();
        assertTrue(second.found().stream().allMatch(pointer -> isRecovered((ImapPointer) pointer)));
        token = Optional.of(more(second));
        assertTrue(page().found().stream().allMatch(pointer -> isRecovered((ImapPointer) pointer)));
    }

    private static boolean isRecovered(ImapPointer pointer) {
        return pointer.recovered() != null;
    }

    /** More than one page takes. */
    private void fill() {
        for (int i = 0; i < 600; i++) {
            inbox.append(mail("n" + i), clock.instant());
        }
    }

    /** Numbers the folder anew before each page; answers what came after so many of them. */
    private ListResult untilUnstable(int pages) {
        for (int i = 0; i < pages; i++) {
            inbox.renumber();
            token = Optional.of(more(page()));
        }
        inbox.renumber();
        return list();
    }

    private static String more(ListResult.Page page) {
        return assertInstanceOf(ListResult.Next.More.class, page.next()).token();
    }

    /** Numbers the folder anew, lists it and goes on by an hour; answers when that was. */
    private Instant change() {
        inbox.renumber();
        Instant at = clock.instant();
        cursor = listed();
        clock.turn(Duration.ofHours(1));
        return at;
    }

    private String listed() {
        return assertInstanceOf(ListResult.Next.End.class, page().next()).cursor();
    }

    private ListResult.Page page() {
        ListResult result = list();
        return assertInstanceOf(ListResult.Page.class, result, result::toString);
    }

    private Failure failed() {
        return assertInstanceOf(ListResult.Failed.class, list()).failure();
    }

    private ListResult list() {
        return source.list(mailbox, "INBOX", Optional.ofNullable(cursor), token, Optional.empty(), WITHIN);
    }

    private void fetched(ImapPointer pointer) {
        FetchResult result = source.fetch(mailbox, pointer, WITHIN);
        assertInstanceOf(FetchResult.Fetched.class, result, result::toString)
                .mail()
                .close();
    }
}
