package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GooglePointer;
import io.waybill.sandbox.emulator.StoppedClock;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.ListResult;
import io.waybill.sources.http.ScriptedApi.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings from a cursor, without one and from one that is too old, to the letter of what is asked. */
class GmailListingTest {
    private static final Optional<String> NONE = Optional.empty();
    private static final String HISTORY = "/gmail/v1/users/me/history?historyTypes=messageAdded&historyTypes=labelAdded"
            + "&fields=history(id,messagesAdded(message(id,labelIds)),labelsAdded(message(id,labelIds),labelIds)),"
            + "nextPageToken,historyId&maxResults=500&startHistoryId=";
    private static final String PROFILE = "/gmail/v1/users/me/profile?fields=historyId";
    private static final String MESSAGES = "/gmail/v1/users/me/messages?labelIds=INBOX"
            + "&fields=messages(id),nextPageToken&maxResults=500&q=after%3A";

    private final StoppedClock clock = new StoppedClock();
    private ScriptedGmail gmail;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        gmail = new ScriptedGmail(
                directory,
                new GmailQuota(60_000_000, 60_000_000, GmailQuota.Costs.DEFAULTS),
                new ByteBudget(16 << 20, 64 << 20),
                clock);
    }

    @AfterEach
    void stop() {
        gmail.close();
    }

    @Test
    void list_fromACursor_findsWhatCameSince() {
        gmail.answer(history(
                "1006196",
                record(1006191, added("a1", "\"INBOX\",\"UNREAD\"")),
                record(1006195, added("a2", "\"INBOX\""))));
        ListResult result = gmail.list(cursor("1006190"));
        assertEquals(List.of("a1", "a2"), found(result));
        assertEquals("m1 h 1006190 1006196 " + clock.instant().toEpochMilli() + " 1006196", end(result));
        assertEquals(List.of(HISTORY + "1006190"), gmail.targets());
        assertTrue(gmail.asked().getFirst().header("Authorization").startsWith("Bearer token-"));
    }

    @Test
    @DisplayName("T15 a hint that is not beyond the cursor costs no call, and the cursor stays")
    void list_staleHint_costsNoCall() {
        for (String hint : List.of("1006190", "1006189", "7", "0", "0001006190")) {
            ListResult result = gmail.list(Optional.of(cursor("1006190")), NONE, Optional.of(hint));
            assertEquals(List.of(), found(result));
            assertEquals(cursor("1006190"), end(result));
        }
        assertTrue(gmail.asked().isEmpty());
    }

    @ParameterizedTest
    @DisplayName("T15 a hint that is beyond the cursor, or none that can be read, has the history read")
    @ValueSource(
            strings = {
                "1006191",
                "18446744073709551615",
                "18446744073709551616",
                "-1",
                "soon",
                "99999999999999999999999"
            })
    void list_hintThatIsNew_isACall(String hint) {
        gmail.answer(history("1006196"));
        assertEquals(List.of(), found(gmail.list(Optional.of(cursor("1006190")), NONE, Optional.of(hint))));
        assertEquals(List.of(HISTORY + "1006190"), gmail.targets());
    }

    @Test
    @DisplayName("T15 between two pages, or without a cursor, a hint says nothing")
    void list_hintWithoutACursorBeforeIt_isIgnored() {
        gmail.answer(history("1006196"));
        gmail.list(
                Optional.of(cursor("1006190")),
                Optional.of(cursor("1006190") + " b0 a1006190 p1006191 tNEXT"),
                Optional.of("7"));
        assertEquals(1, gmail.asked().size());
        gmail.answer(profile("5"), messages(null));
        assertEquals("5", after(gmail.list(NONE, NONE, Optional.of("4"))));
        assertEquals(3, gmail.asked().size());
    }

    @ParameterizedTest
    @DisplayName("history ids are unsigned numbers of 64 bits, as text or number")
    @CsvSource({"9223372036854775807, 9223372036854775808", "18446744073709551610, 18446744073709551615", "9, 10"})
    void list_historyIdsUpTo64Bits(String before, String after) {
        for (String written : List.of("\"" + after + "\"", after)) {
            gmail.answer(Answer.json("{\"historyId\":" + written + "}"));
            assertEquals(after, after(gmail.list(cursor(before))));
        }
        int calls = gmail.asked().size();
        assertEquals(HISTORY + before, gmail.targets().getFirst());
        gmail.list(Optional.of(cursor(after)), NONE, Optional.of(before));
        assertEquals(calls, gmail.asked().size());
    }

    @Test
    @DisplayName("T17 an answer without a history is one where nothing came")
    void list_answerWithoutHistory_isNothing() {
        gmail.answer(history("1006196"));
        ListResult result = gmail.list(cursor("1006190"));
        assertEquals(List.of(), found(result));
        assertEquals("1006196", after(result));
    }

    @Test
    @DisplayName("the cursor is what the last page says, and never goes back")
    void list_historyThatEndsBeforeTheCursor_leavesIt() {
        String cursor = cursor("1006190", clock.instant().minusSeconds(60));
        gmail.answer(history("1006100"));
        ListResult result = gmail.list(cursor);
        assertEquals(cursor, end(result), "neither how far nor since when it is known");
        gmail.answer(history("1006100", record(1006191, added("a1", "\"INBOX\""))));
        assertEquals(cursor, end(gmail.list(cursor)));
    }

    @Test
    @DisplayName(
            "what the history gives late, though it was said to go beyond it, is found while it is ten minutes old")
    void list_recordThatComesLate_isFound() {
        gmail.answer(
                history("110", record(108, added("a1", "\"INBOX\""))),
                history("115", record(105, added("a0", "\"INBOX\"")), record(108, added("a1", "\"INBOX\""))),
                history("120"),
                history("125"));
        Instant began = clock.instant();
        String first = end(gmail.list(cursor("100")));
        clock.turn(Duration.ofMinutes(9));
        ListResult late = gmail.list(first);
        assertEquals(List.of("a0", "a1"), found(late));
        assertEquals("m1 h 100 110 " + began.toEpochMilli() + " 115", end(late));
        assertEquals(List.of(), found(gmail.list(Optional.of(end(late)), NONE, Optional.of("115"))));
        clock.turn(Duration.ofMinutes(1));
        String third = end(gmail.list(end(late)));
        assertEquals("m1 h 110 120 " + clock.instant().toEpochMilli() + " 120", third);
        gmail.list(third);
        assertEquals(List.of(HISTORY + "100", HISTORY + "100", HISTORY + "100", HISTORY + "110"), gmail.targets());
    }

    @Test
    @DisplayName("what is read again is counted from the beginning of a listing, however long its pages take")
    void list_pagesThatTakeLong_areReadAgainFromTheSamePoint() {
        gmail.answer(page("NEXT", "110", record(108, added("a1", "\"INBOX\""))), history("120"));
        String cursor = cursor("100", clock.instant().minus(Duration.ofMinutes(9)));
        ListResult first = gmail.list(cursor);
        clock.turn(Duration.ofMinutes(30));
        assertEquals(
                cursor.replaceAll("100$", "120 w"),
                end(gmail.list(Optional.of(cursor), Optional.of(more(first)), NONE)));
    }

    @Test
    @DisplayName("of a mailbox that gets more than a page in ten minutes, a push reads what is new, and costs one page")
    void list_pushedToABusyMailbox_readsWhatIsNew() {
        gmail.answer(
                page("NEXT", "110", record(108, added("a1", "\"INBOX\""))),
                history("110", record(109, added("a2", "\"INBOX\""))),
                history("120", record(115, added("a3", "\"INBOX\""))),
                history("130", record(125, added("a4", "\"INBOX\""))));
        String cursor = cursor("100", clock.instant());
        ListResult first = gmail.list(Optional.of(cursor), NONE, Optional.of("108"));
        String busy = end(gmail.list(Optional.of(cursor), Optional.of(more(first)), Optional.of("108")));
        assertEquals("m1 h 100 100 " + clock.instant().toEpochMilli() + " 110 w", busy);
        ListResult second = gmail.list(Optional.of(busy), NONE, Optional.of("115"));
        assertEquals(List.of("a3"), found(second));
        clock.turn(Duration.ofMinutes(15));
        String third = end(gmail.list(Optional.of(end(second)), NONE, Optional.of("125")));
        assertEquals(busy.replaceAll("110 w$", "130 w"), third, "what was not read again is not left behind");
        assertEquals(
                List.of(HISTORY + "100", HISTORY + "100&pageToken=NEXT", HISTORY + "110", HISTORY + "120"),
                gmail.targets());
    }

    @Test
    @DisplayName(
            "of such a mailbox, a tick reads ten minutes again, and a page that is left is gone on with from there")
    void list_tickOfABusyMailbox_readsAgain() {
        String busy = cursor("100", clock.instant().minus(Duration.ofMinutes(11))) + " w";
        gmail.answer(history("130", record(105, added("a0", "\"INBOX\""))));
        ListResult late = gmail.list(busy);
        assertEquals(List.of("a0"), found(late));
        assertEquals("m1 h 100 130 " + clock.instant().toEpochMilli() + " 130", end(late));

        gmail.answer(page("NEXT", "140", record(131, added("a1", "\"INBOX\""))), history("140"));
        ListResult first = gmail.list(Optional.of(busy), NONE, Optional.of("131"));
        assertEquals(busy + " n" + clock.instant().toEpochMilli() + " a100 p131 tNEXT", more(first));
        assertEquals(
                busy.replaceAll("100 w$", "140 w"),
                end(gmail.list(Optional.of(busy), Optional.of(more(first)), Optional.of("131"))));
    }

    @Test
    @DisplayName("a history that is behind the cursor for an hour is another one: what is in the inbox is listed")
    void list_historyThatIsLongBehind_isCaughtUp() {
        Instant seen = clock.instant().minus(Duration.ofMinutes(61));
        gmail.answer(history("17"), profile("17"), messages(null, "a1"));
        ListResult result = gmail.list(cursor("1006190", seen));
        assertEquals(List.of("a1"), found(result));
        assertEquals("17", after(result));
    }

    @Test
    @DisplayName("T20 a draft, what was sent, spam, trash, chats, and what never was in the inbox are left out")
    void list_whatIsNoMailInTheInbox_isLeftOut() {
        gmail.answer(history(
                "1006196",
                record(1, added("a1", "\"INBOX\",\"DRAFT\"")),
                record(2, added("a2", "\"SENT\"")),
                record(3, added("a3", "\"SENT\",\"INBOX\"")),
                record(4, added("a4", "\"SPAM\",\"INBOX\"")),
                record(5, added("a5", "\"INBOX\",\"TRASH\"")),
                record(6, added("a6", "\"CHAT\",\"INBOX\"")),
                record(7, added("a7", "\"UNREAD\",\"IMPORTANT\"")),
                record(8, added("a8", "")),
                record(9, "\"messagesAdded\":[{\"message\":{\"id\":\"a9\"}}]"),
                record(10, "\"messages\":[{\"id\":\"aa\",\"labelIds\":[\"INBOX\"]}]"),
                record(11, "\"messagesDeleted\":[{\"message\":{\"id\":\"ab\",\"labelIds\":[\"INBOX\"]}}]"),
                record(
                        12,
                        "\"labelsRemoved\":[{\"message\":{\"id\":\"ac\",\"labelIds\":[\"INBOX\"]},\"labelIds\":[\"INBOX\"]}]"),
                record(13, labelled("ad", "\"INBOX\",\"STARRED\"", "\"STARRED\"")),
                record(14, labelled("ae", "\"INBOX\",\"DRAFT\"", "\"INBOX\"")),
                record(15, added("b1", "\"INBOX\""))));
        assertEquals(List.of("b1"), found(gmail.list(cursor("1006190"))));
    }

    @Test
    @DisplayName("what is rescued from spam or comes back into the inbox is found by its label")
    void list_rescuedMail_isFound() {
        gmail.answer(history(
                "1006196",
                record(1, labelled("a1", "\"INBOX\",\"UNREAD\"", "\"INBOX\"")),
                record(2, labelled("a2", "", "\"IMPORTANT\",\"INBOX\"")),
                record(3, labelled("a3", "\"SPAM\",\"INBOX\"", "\"INBOX\"")),
                record(4, labelled("a4", "\"TRASH\",\"INBOX\"", "\"INBOX\""))));
        assertEquals(List.of("a1", "a2", "a3", "a4"), found(gmail.list(cursor("1006190"))));
    }

    @Test
    @DisplayName("T18 one message in two records and on two pages is found once per page")
    void list_sameMessageTwice_isFoundOncePerPage() {
        gmail.answer(
                page(
                        "NEXT/2+=",
                        "1006193",
                        record(1, added("a1", "\"INBOX\"")),
                        record(2, labelled("a1", "", "\"INBOX\""))),
                history("1006196", record(3, added("a1", "\"INBOX\"")), record(4, added("a2", "\"INBOX\""))));
        ListResult first = gmail.list(cursor("1006190"));
        assertEquals(List.of("a1"), found(first));
        ListResult last = gmail.list(Optional.of(cursor("1006190")), Optional.of(more(first)), NONE);
        assertEquals(List.of("a1", "a2"), found(last));
        assertEquals("1006196", after(last));
        assertEquals(List.of(HISTORY + "1006190", HISTORY + "1006190&pageToken=NEXT%2F2%2B%3D"), gmail.targets());
    }

    @Test
    void list_whatIsNoMessage_isLeftOut() {
        gmail.answer(Answer.json("""
            {"history":[{"id":"1","messagesAdded":[
              {}, null, 17, "a1", {"message":null}, {"message":{"labelIds":["INBOX"]}},
              {"message":{"id":"../../me","labelIds":["INBOX"]}}, {"message":{"id":"","labelIds":["INBOX"]}},
              {"message":{"id":17,"labelIds":["INBOX"]}}, {"message":{"id":"A1","labelIds":["INBOX"]}},
              {"message":{"id":"a1","labelIds":{"INBOX":true}}}, {"message":{"id":"a2","labelIds":[null,17,"INBOX"]}}
            ],"labelsAdded":{}}],"historyId":"1006196"}
            """));
        assertEquals(List.of("a2"), found(gmail.list(cursor("1006190"))));
    }

    @Test
    @DisplayName(
            "a page with more messages than a transaction takes is read again from where it was left, and nothing is"
                    + " lost")
    void list_pageWithTooMany_goesOnFromTheRecord() {
        Answer whole =
                page("NEXT", "1006199", record(1006191, added("ffff1", "\"INBOX\"")), record(1006192, many(1_200)));
        Answer rest =
                page("NEXT2", "1006199", record(1006192, many(1_200)), record(1006193, added("ffff2", "\"INBOX\"")));
        gmail.answer(whole, rest, rest);

        List<String> all = new ArrayList<>();
        ListResult first = gmail.list(cursor("1006190"));
        all.addAll(found(first));
        assertEquals(ListResult.MAX_POINTERS, all.size());
        ListResult second = gmail.list(Optional.of(cursor("1006190")), Optional.of(more(first)), NONE);
        all.addAll(found(second));
        assertEquals(2 * ListResult.MAX_POINTERS, all.size());
        ListResult third = gmail.list(Optional.of(cursor("1006190")), Optional.of(more(second)), NONE);
        all.addAll(found(third));

        assertEquals(1_202, all.size());
        assertEquals(1_202, new HashSet<>(all).size());
        assertEquals(
                cursor("1006190") + " b" + clock.instant().toEpochMilli() + " a1006191 p1006193 tNEXT2", more(third));
        assertEquals(List.of(HISTORY + "1006190", HISTORY + "1006191", HISTORY + "1006191"), gmail.targets());
    }

    @Test
    @DisplayName("a record with too many at the beginning of a later page is not begun from the first page again")
    void list_laterPageThatBeginsWithTooMany_goesOnFromTheRecordBefore() {
        gmail.answer(
                page("NEXT", "1006199", record(1006191, added("a1", "\"INBOX\""))),
                history("1006199", record(1006192, many(600))),
                history("1006199", record(1006192, many(600))));
        ListResult first = gmail.list(cursor("1006190"));
        ListResult second = gmail.list(Optional.of(cursor("1006190")), Optional.of(more(first)), NONE);
        ListResult third = gmail.list(Optional.of(cursor("1006190")), Optional.of(more(second)), NONE);
        assertEquals(500, found(second).size());
        assertEquals(100, found(third).size());
        assertEquals("1006199", after(third));
        assertEquals(
                List.of(HISTORY + "1006190", HISTORY + "1006190&pageToken=NEXT", HISTORY + "1006191"), gmail.targets());
    }

    @Test
    @DisplayName("what was deleted between two parts of a record does not hide what comes behind it")
    void list_recordThatShrinksBetweenItsParts_losesNothing() {
        gmail.answer(history(
                "1006199", record(1006192, added("a1", "\"INBOX\"")), record(1006193, added("a0", "\"INBOX\""))));
        ListResult result = gmail.list(
                Optional.of(cursor("1006190")), Optional.of(cursor("1006190") + " b0 a1006191 r1006192:a1"), NONE);
        assertEquals(List.of("a0"), found(result));
        gmail.answer(history("1006199", record(1006193, added("a0", "\"INBOX\""))));
        assertEquals(
                List.of("a0"),
                found(gmail.list(
                        Optional.of(cursor("1006190")),
                        Optional.of(cursor("1006190") + " b0 a1006191 r1006192:a1"),
                        NONE)));
    }

    @Test
    @DisplayName("without a cursor: first where the history is, then the inbox since the mailbox's time, exact to the"
            + " second")
    void list_firstTime_listsTheInbox() {
        gmail.answer(profile("1006100"), messages("NEXT", "a3", "a2"), messages(null, "a2", "a1"));
        ListResult first = gmail.list(NONE, NONE, NONE);
        assertEquals(List.of("a3", "a2"), found(first));
        Instant began = clock.instant();
        clock.turn(Duration.ofMinutes(10));
        ListResult last = gmail.list(NONE, Optional.of(more(first)), NONE);
        assertEquals(List.of("a2", "a1"), found(last));
        assertEquals(cursor("1006100", began), end(last));
        String after = MESSAGES + (ScriptedGmail.SINCE.getEpochSecond() - 1);
        assertEquals(List.of(PROFILE, after, after + "&pageToken=NEXT"), gmail.targets());
    }

    @Test
    void list_emptyInbox_endsWithTheHistoryId() {
        gmail.answer(profile("18446744073709551615"), Answer.json("{\"resultSizeEstimate\":0}"));
        ListResult result = gmail.list(NONE, NONE, NONE);
        assertEquals(List.of(), found(result));
        assertEquals("18446744073709551615", after(result));
    }

    @ParameterizedTest
    @DisplayName("a cursor that is not ours is as good as none")
    @ValueSource(
            strings = {
                "",
                "v1;1;2;3",
                "g1 d 0 0 users/x",
                "m1 h x 1 0 1",
                "m2 h 1 1 0 1",
                "m1 h 18446744073709551616 1 0 1"
            })
    void list_foreignCursor_isNone(String cursor) {
        gmail.answer(profile("1006100"), messages(null, "a1"));
        assertEquals(List.of("a1"), found(gmail.list(cursor)));
        assertEquals(PROFILE, gmail.targets().getFirst());
    }

    @Test
    @DisplayName("T16 a history that Gmail does not know any more: the inbox since last seen less the retry horizon")
    void list_expiredHistory_listsTheInbox() {
        Instant seen = clock.instant().minus(Duration.ofDays(9));
        gmail.answer(ScriptedGmail.error(404, "notFound"), profile("2006100"), messages(null, "a1"));
        ListResult result = gmail.list(cursor("1006190", seen));
        assertEquals(List.of("a1"), found(result));
        assertEquals(cursor("2006100", clock.instant()), end(result));
        assertEquals(
                List.of(
                        HISTORY + "1006190",
                        PROFILE,
                        MESSAGES + (seen.minus(Duration.ofHours(72)).getEpochSecond() - 1)),
                gmail.targets());
    }

    @Test
    @DisplayName("T16 never what came before the mailbox's time; and a mailbox made anew counts anew")
    void list_expiredHistory_beginsAtTheMailboxesTimeAtTheEarliest() {
        gmail.answer(ScriptedGmail.error(404, "notFound"), profile("17"), messages(null));
        ListResult result = gmail.list(cursor("1006190", ScriptedGmail.SINCE.plusSeconds(60)));
        assertEquals("17", after(result));
        assertEquals(
                MESSAGES + (ScriptedGmail.SINCE.getEpochSecond() - 1),
                gmail.targets().getLast());
    }

    @Test
    @DisplayName("T16 a history that expires between two pages is caught up as well")
    void list_expiredBetweenTwoPages_listsTheInbox() {
        gmail.answer(
                page("NEXT", "1006193", record(1, added("a1", "\"INBOX\""))),
                ScriptedGmail.error(404, "notFound"),
                profile("2006100"),
                messages("MORE", "a1", "a2"));
        ListResult first = gmail.list(cursor("1006190"));
        ListResult second = gmail.list(Optional.of(cursor("1006190")), Optional.of(more(first)), NONE);
        assertEquals(List.of("a1", "a2"), found(second));
        assertInstanceOf(
                GmailCursor.CatchUp.class, GmailCursor.parse(more(second)).orElseThrow());
    }

    @Test
    @DisplayName("404 where there is nothing to expire is a failure, and the listing begins again later")
    void list_notFoundElsewhere_fails() {
        gmail.answer(ScriptedGmail.error(404, "notFound"));
        assertEquals(
                FailureCode.SOURCE_ERROR, failure(gmail.list(NONE, NONE, NONE)).code());
        gmail.answer(profile("5"), ScriptedGmail.error(404, "notFound"));
        assertEquals(
                FailureCode.SOURCE_ERROR, failure(gmail.list(NONE, NONE, NONE)).code());
        assertEquals(3, gmail.asked().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"historyId\":null}",
                "{\"historyId\":\"\"}",
                "{\"historyId\":\"-1\"}",
                "{\"historyId\":\"18446744073709551616\"}",
                "{\"historyId\":1.5}",
                "{\"historyId\":{}}",
                "{\"history\":[{}],\"historyId\":\"1006196\"}",
                "{\"history\":[{\"id\":\"a subject\"}],\"historyId\":\"1006196\"}",
                "{\"nextPageToken\":\"a subject\"}",
                "{\"nextPageToken\":\"LAST\"}"
            })
    void list_answerThatCannotBeGoneOnFrom_fails(String body) {
        gmail.answer(Answer.json(body));
        ListResult result = gmail.list(
                Optional.of(cursor("1")), Optional.of(cursor("1006190") + " b0 a1006190 p1006191 tLAST"), NONE);
        assertEquals(FailureCode.SOURCE_ERROR, failure(result).code());
    }

    @Test
    void list_tokenBeyondTheBoundOfACursor_isNotKept() {
        gmail.answer(page("t".repeat(16 * 1024), "1006193"), profile("5"), messages("t".repeat(16 * 1024)));
        assertEquals(
                FailureCode.SOURCE_ERROR, failure(gmail.list(cursor("1006190"))).code());
        assertEquals(
                FailureCode.SOURCE_ERROR, failure(gmail.list(NONE, NONE, NONE)).code());
    }

    @Test
    void list_pageLongerThanAskedFor_fails() {
        String[] ids = IntStream.rangeClosed(0, ListResult.MAX_POINTERS)
                .mapToObj(Integer::toHexString)
                .toArray(String[]::new);
        gmail.answer(profile("5"), messages(null, ids));
        assertEquals(
                "Gmail gave a longer page than was asked for",
                failure(gmail.list(NONE, NONE, NONE)).detail());
    }

    @ParameterizedTest
    @DisplayName("an answer that is no JSON object, or a very long one, is a failure of Gmail's")
    @ValueSource(strings = {"", "null", "[]", "17", "{", "<html>a subject</html>", "LONG"})
    void list_answerThatIsNoObject_fails(String body) {
        gmail.answer(Answer.json(body.equals("LONG") ? "{\"a\":\"" + "x".repeat(GmailAnswers.MAX_JSON) + "\"}" : body));
        Failure failure = failure(gmail.list(cursor("1006190")));
        assertTrue(
                List.of(FailureCode.SOURCE_ERROR, FailureCode.SOURCE_UNREACHABLE)
                        .contains(failure.code()),
                failure.toString());
    }

    private static String cursor(String historyId) {
        return cursor(historyId, Instant.ofEpochMilli(1793527200000L));
    }

    private static String cursor(String historyId, Instant marked) {
        return "m1 h " + historyId + " " + historyId + " " + marked.toEpochMilli() + " " + historyId;
    }

    private static Answer history(String historyId, String... records) {
        String list = records.length == 0 ? "" : "\"history\":[" + String.join(",", records) + "],";
        return Answer.json("{" + list + "\"historyId\":\"" + historyId + "\"}");
    }

    private static Answer page(String token, String historyId, String... records) {
        return Answer.json("{\"history\":[" + String.join(",", records) + "],\"nextPageToken\":\"" + token
                + "\",\"historyId\":\"" + historyId + "\"}");
    }

    private static String record(int id, String changes) {
        return "{\"id\":\"" + id + "\"," + changes + "}";
    }

    private static String added(String id, String labels) {
        return "\"messagesAdded\":[{\"message\":{\"id\":\"" + id + "\",\"threadId\":\"" + id + "\",\"labelIds\":["
                + labels + "]}}]";
    }

    private static String many(int messages) {
        return IntStream.range(0, messages)
                .mapToObj(i -> added("%04x".formatted(i), "\"INBOX\""))
                .map(text -> text.substring(text.indexOf('[') + 1, text.length() - 1))
                .collect(Collectors.joining(",", "\"messagesAdded\":[", "]"));
    }

    private static String labelled(String id, String labels, String labelsAdded) {
        return "\"labelsAdded\":[{\"message\":{\"id\":\"" + id + "\",\"labelIds\":[" + labels + "]},\"labelIds\":["
                + labelsAdded + "]}]";
    }

    private static Answer profile(String historyId) {
        return Answer.json("{\"emailAddress\":\"" + ScriptedGmail.USER + "\",\"historyId\":\"" + historyId + "\"}");
    }

    private static Answer messages(String token, String... ids) {
        String list = List.of(ids).stream()
                .map(id -> "{\"id\":\"" + id + "\",\"threadId\":\"" + id + "\"}")
                .collect(Collectors.joining(","));
        return Answer.json("{\"messages\":[" + list + "]"
                + (token == null ? "" : ",\"nextPageToken\":\"" + token + "\"") + ",\"resultSizeEstimate\":7}");
    }

    private static List<String> found(ListResult result) {
        return page(result).found().stream()
                .map(pointer -> ((GooglePointer) pointer).messageId())
                .toList();
    }

    private static String end(ListResult result) {
        return assertInstanceOf(ListResult.Next.End.class, page(result).next()).cursor();
    }

    /** How far the history went, by the cursor that a listing ends with. */
    private static String after(ListResult result) {
        return end(result).split(" ", -1)[5];
    }

    private static String more(ListResult result) {
        return assertInstanceOf(ListResult.Next.More.class, page(result).next()).token();
    }

    private static ListResult.Page page(ListResult result) {
        return assertInstanceOf(ListResult.Page.class, result);
    }

    private static Failure failure(ListResult result) {
        Failure failure = assertInstanceOf(ListResult.Failed.class, result).failure();
        assertFalse(failure.detail().contains("a subject"), failure.detail());
        return failure;
    }
}
