package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sources.ListResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listing folders from a cursor. */
class ImapListingIT {
    private final Instant now = Instant.now();
    private final Instant longAgo = now.minus(Duration.ofDays(30));

    @TempDir
    Path directory;

    private FaultyImapServer server;
    private ImapMailbox inbox;
    private ImapMailSource source;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        inbox = server.addAccount(LOGIN, PASSWORD);
        source = ImapWorld.source(directory);
    }

    @AfterEach
    void stop() {
        source.close();
        server.close();
    }

    @Test
    void list_withoutCursor_findsWhatArrivedSinceTheMailboxBegan() {
        inbox.append(mail("long ago"), longAgo);
        inbox.append(mail("a second too early"), now.minusSeconds(3601));
        long first = inbox.append(mail("just in time"), now.minusSeconds(3600));
        long second = inbox.append(mail("later"), now);
        Listing listing = list(mailbox(now.minusSeconds(3600)), Optional.empty());
        assertEquals(List.of(first, second), listing.uids());
        assertTrue(listing.pointers().stream().allMatch(pointer -> pointer.recovered() == null));
        assertEquals(
                List.of(),
                list(mailbox(now.minusSeconds(3600)), Optional.of(listing.cursor()))
                        .uidsBeyond(second));
    }

    @Test
    void list_withInstallKey_givesEachPointerItsHash() {
        inbox.append(mail("first"), now);
        inbox.append("Subject: without an id\r\n\r\nHello.\r\n".getBytes(StandardCharsets.US_ASCII), now);
        inbox.append(mail("third"), now);
        try (ImapMailSource keyed = ImapWorld.sourceWithKey(directory, Clock.systemUTC())) {
            ListResult.Page page = assertInstanceOf(
                    ListResult.Page.class,
                    keyed.list(
                            mailbox(Instant.EPOCH),
                            "INBOX",
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            WITHIN));
            assertEquals(
                    Arrays.asList(ImapWorld.hashOf("first"), null, ImapWorld.hashOf("third")),
                    page.found().stream()
                            .map(pointer -> ((ImapPointer) pointer).messageIdHash())
                            .toList());
        }
        assertFalse(inbox.isSeen(1));
        assertNull(
                list(mailbox(Instant.EPOCH), Optional.empty())
                        .pointers()
                        .getFirst()
                        .messageIdHash(),
                "no key, no hash");
    }

    @Test
    void list_emptyResult_stillCoversWhatIsThere() {
        inbox.append(mail("long ago"), longAgo);
        inbox.skipTo(10);
        Listing first = list(mailbox(now), Optional.empty());
        assertEquals(List.of(), first.uids());
        assertEquals(9, cursor(first).lastUid());
        long uid = inbox.append(mail("moved here, with an old date"), longAgo);
        Listing second = list(mailbox(now), Optional.of(first.cursor()));
        assertEquals(List.of(uid), second.uids(), "beyond the cursor the date does not matter");
    }

    @Test
    void list_firstMailIntoAnEmptyFolder_isFoundWhateverItsDate() {
        Listing first = list(mailbox(now), Optional.empty());
        long uid = inbox.append(mail("moved here"), longAgo);
        assertEquals(
                List.of(uid), list(mailbox(now), Optional.of(first.cursor())).uids());
    }

    @Test
    @DisplayName("T21 'n:*' answers an older UID, which is not listed again")
    void list_nothingNew_ignoresTheLastMessage() {
        inbox.append(mail("old"), longAgo);
        Listing first = list(mailbox(Instant.EPOCH), Optional.empty());
        assertEquals(List.of(1L), first.uids());
        Listing second = list(mailbox(Instant.EPOCH), Optional.of(first.cursor()));
        assertEquals(List.of(), second.uids());
        assertEquals(first.cursor(), second.cursor());
    }

    @Test
    void list_serverListsWhatWasNotAskedFor_filtersIt() {
        inbox.append(mail("old"), longAgo);
        inbox.append(mail("old too"), longAgo);
        Listing first = list(mailbox(Instant.EPOCH), Optional.empty());
        server.inject(new ImapFault.SearchAlsoReturns(1));
        long uid = inbox.append(mail("new"), now);
        Listing second = list(mailbox(Instant.EPOCH), Optional.of(first.cursor()));
        assertEquals(List.of(uid), second.uids());
    }

    @Test
    void list_messagePublishedLate_isFoundBelowTheCursor() {
        // UID 1 exists, but this server shows it only after UID 2 was listed.
        inbox.append(mail("late"), now);
        inbox.append(mail("early"), now);
        ImapCursor cursor = new ImapCursor(inbox.uidValidity(), 2, now, List.of());
        Listing listing = list(mailbox(Instant.EPOCH), Optional.of(cursor.toString()));
        assertEquals(List.of(1L, 2L), listing.uids(), "young ones are listed again; known ones are absorbed later");
        assertEquals(2, cursor(listing).lastUid());
    }

    @Test
    @DisplayName("T22 after a change of UIDVALIDITY only the last days are listed, as recovered")
    void list_newUidValidity_recoversTheLastDays() {
        inbox.append(mail("ancient"), longAgo);
        inbox.append(mail("within the horizon"), now.minus(Duration.ofHours(71)));
        inbox.append(mail("last seen"), now);
        Listing before = list(mailbox(Instant.EPOCH), Optional.empty());
        inbox.renumber();
        inbox.append(mail("came with the new numbers"), now);
        Listing after = list(mailbox(Instant.EPOCH), Optional.of(before.cursor()));
        assertEquals(List.of(2L, 3L, 4L), after.uids());
        assertTrue(after.pointers().stream().allMatch(pointer -> Boolean.TRUE.equals(pointer.recovered())));
        assertTrue(after.pointers().stream().allMatch(pointer -> pointer.uidValidity() == inbox.uidValidity()));
        assertEquals(inbox.uidValidity(), cursor(after).uidValidity());
        long uid = inbox.append(mail("ordinary again"), now);
        ImapPointer next = list(mailbox(Instant.EPOCH), Optional.of(after.cursor()))
                .pointers()
                .getLast();
        assertEquals(uid, next.uid());
        assertNull(next.recovered());
    }

    @Test
    void list_newUidValidityWithoutAnyMailSeen_beginsWhereTheMailboxBegan() {
        inbox.append(mail("before"), longAgo);
        Listing before = list(mailbox(now.minusSeconds(60)), Optional.empty());
        inbox.renumber();
        inbox.append(mail("after"), now);
        assertEquals(
                List.of(2L),
                list(mailbox(now.minusSeconds(60)), Optional.of(before.cursor()))
                        .uids());
    }

    @Test
    void list_moreThanAPage_goesThroughAllOnceInOrder() {
        for (int i = 0; i < 1_201; i++) {
            inbox.append(mail("n" + i), longAgo);
        }
        inbox.skipTo(3_000_000);
        inbox.append(mail("far"), longAgo);
        Listing listing = list(mailbox(Instant.EPOCH), Optional.empty());
        List<Long> expected =
                new ArrayList<>(LongStream.rangeClosed(1, 1_201).boxed().toList());
        expected.add(3_000_000L);
        assertEquals(expected, listing.uids());
        assertTrue(listing.pages() >= 3, "pages: " + listing.pages());
        assertEquals(3_000_000, cursor(listing).lastUid());
    }

    @Test
    void list_mailArrivesBetweenPages_isFoundByThisListingOrTheNext() {
        for (int i = 0; i < 700; i++) {
            inbox.append(mail("n" + i), longAgo);
        }
        Mailbox mailbox = mailbox(Instant.EPOCH);
        ListResult.Page first = page(mailbox, Optional.empty(), Optional.empty());
        String token =
                assertInstanceOf(ListResult.Next.More.class, first.next()).token();
        long uid = inbox.append(mail("in between"), now);
        ListResult.Page second = page(mailbox, Optional.empty(), Optional.of(token));
        String cursor =
                assertInstanceOf(ListResult.Next.End.class, second.next()).cursor();
        List<Long> found = new ArrayList<>();
        second.found().forEach(pointer -> found.add(((ImapPointer) pointer).uid()));
        found.addAll(list(mailbox, Optional.of(cursor)).uids());
        assertTrue(found.contains(uid));
        assertEquals(500, first.found().size());
    }

    @Test
    void list_uidValidityChangesBetweenPages_beginsAnew() {
        for (int i = 0; i < 700; i++) {
            inbox.append(mail("n" + i), longAgo);
        }
        Mailbox mailbox = mailbox(Instant.EPOCH);
        ListResult.Page first = page(mailbox, Optional.empty(), Optional.empty());
        String token =
                assertInstanceOf(ListResult.Next.More.class, first.next()).token();
        inbox.renumber();
        ListResult.Page second = page(mailbox, Optional.empty(), Optional.of(token));
        assertEquals(1, ((ImapPointer) second.found().getFirst()).uid());
    }

    @Test
    void list_serverForgetsItsUidNext_neverMovesTheCursorBack() {
        String ahead = new ImapCursor(inbox.uidValidity(), 4_000, longAgo, List.of()).toString();
        inbox.append(mail("low"), longAgo);
        Listing listing = list(mailbox(Instant.EPOCH), Optional.of(ahead));
        assertEquals(4_000, cursor(listing).lastUid());
        assertEquals(List.of(), listing.uids());
    }

    @Test
    void list_mailFromTheFuture_doesNotHideWhatComesAfterANewUidValidity() {
        inbox.append(mail("future"), now.plus(Duration.ofDays(3_000)));
        Listing before = list(mailbox(Instant.EPOCH), Optional.empty());
        inbox.renumber();
        inbox.append(mail("today"), now);
        assertEquals(
                List.of(1L, 2L),
                list(mailbox(Instant.EPOCH), Optional.of(before.cursor())).uids());
    }

    @Test
    void list_readsNoBodies() {
        inbox.append(mail("closed"), now);
        list(mailbox(Instant.EPOCH), Optional.empty());
        assertTrue(
                server.commands().stream().noneMatch(command -> command.contains("BODY")), server.commands()::toString);
    }

    private Mailbox mailbox(Instant since) {
        return ImapWorld.mailbox(
                ImapWorld.account("127.0.0.1", server.port(), "WAYBILL_SECRET_SUPPORT"), MailboxLimits.DEFAULTS, since);
    }

    private ListResult.Page page(Mailbox mailbox, Optional<String> cursor, Optional<String> page) {
        return assertInstanceOf(
                ListResult.Page.class, source.list(mailbox, "INBOX", cursor, page, Optional.empty(), WITHIN));
    }

    private Listing list(Mailbox mailbox, Optional<String> cursor) {
        List<ImapPointer> found = new ArrayList<>();
        Optional<String> token = Optional.empty();
        for (int pages = 1; ; pages++) {
            ListResult.Page page = page(mailbox, cursor, token);
            assertTrue(page.found().size() <= ListResult.MAX_POINTERS);
            page.found().forEach(pointer -> found.add((ImapPointer) pointer));
            switch (page.next()) {
                case ListResult.Next.More(var next) -> token = Optional.of(next);
                case ListResult.Next.End(var end) -> {
                    return new Listing(found, end, pages);
                }
            }
        }
    }

    private static ImapCursor cursor(Listing listing) {
        return ImapCursor.parse(listing.cursor()).orElseThrow();
    }

    private record Listing(List<ImapPointer> pointers, String cursor, int pages) {
        List<Long> uids() {
            return pointers.stream().map(ImapPointer::uid).toList();
        }

        List<Long> uidsBeyond(long uid) {
            return uids().stream().filter(each -> each > uid).toList();
        }
    }
}
