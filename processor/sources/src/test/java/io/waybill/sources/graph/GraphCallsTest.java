package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.http.ScriptedApi.Answer;
import io.waybill.sources.http.ScriptedApi.Asked;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of Graph, to the letter, and answers that lead astray or are none. */
class GraphCallsTest {
    private static final String MESSAGES = "/v1.0/users/" + ScriptedGraph.USER + "/messages/";
    private static final String SELECT = "?$select=id,receivedDateTime,isDraft";
    private static final String NOTHING_FOUND = "{\"value\":[]}";

    private ScriptedGraph graph;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        graph = new ScriptedGraph(directory);
    }

    @AfterEach
    void stop() {
        graph.close();
    }

    @ParameterizedTest
    @DisplayName("T8 an id is one step of the path, with its case and its signs")
    @CsvSource({
        "AAMkAGUwNjQ4ZjIxAAA=, AAMkAGUwNjQ4ZjIxAAA%3D",
        "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A_x==, AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A_x%3D%3D",
        "aamkaguw, aamkaguw",
        "a+b, a%2Bb",
        "a/b, a%2Fb",
        "/, %2F",
        "//me/messages/x, %2F%2Fme%2Fmessages%2Fx",
        "delta, delta"
    })
    void fetch_id_isOneStepOfThePath(String id, String step) {
        graph.answer(ScriptedGraph.HEAD, ScriptedGraph.MIME);
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch(id)).discard();
        assertEquals(
                List.of(MESSAGES + step + SELECT, MESSAGES + step + "/$value"),
                graph.asked().stream().map(Asked::target).toList());
        for (Asked asked : graph.asked()) {
            assertEquals("IdType=\"ImmutableId\"", asked.header("Prefer"));
            assertTrue(asked.header("Authorization").startsWith("Bearer token-"));
        }
    }

    @ParameterizedTest
    @DisplayName("T8 what no id of Graph's has makes no pointer")
    @ValueSource(
            strings = {"", ".", "..", "../x", "a/../b", "%2e%2e", "a?b", "a#b", "a\\b", "a b", "a\r\nb", "ä", "a;b"})
    void id_withOtherSigns_isNone(String id) {
        assertThrows(IllegalArgumentException.class, () -> new MicrosoftPointer(null, id, null));
    }

    @Test
    @DisplayName("T10 a message that is not there yet, and then is")
    void fetch_notFoundThenThere() {
        graph.answer(ScriptedGraph.error(404, "ErrorItemNotFound"), ScriptedGraph.error(404, "ErrorItemNotFound"));
        assertInstanceOf(FetchResult.NotFound.class, graph.fetch());
        assertInstanceOf(RelocateResult.Gone.class, graph.relocate());
        graph.answer(ScriptedGraph.HEAD, ScriptedGraph.MIME);
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
    }

    static Stream<Answer> unexplained404s() {
        return Stream.of(
                ScriptedGraph.error(404, "UnknownError"),
                ScriptedGraph.error(404, ""),
                new Answer(
                        404, Map.of("Content-Type", "text/html"), "<html>404 - File or directory not found.</html>"));
    }

    @ParameterizedTest
    @DisplayName("a 404 that does not speak of the message says nothing of it: the mail is not given up")
    @MethodSource("unexplained404s")
    void fetch_404ThatDoesNotSpeakOfTheMessage_isNeverGone(Answer missing) {
        graph.answer(missing, missing);
        assertEquals(FailureCode.SOURCE_ERROR, failure(graph.fetch()).code());
        assertEquals(
                FailureCode.SOURCE_ERROR,
                said(assertInstanceOf(RelocateResult.Failed.class, graph.relocate())
                                .failure())
                        .code());
        graph.answer(ScriptedGraph.HEAD, missing);
        assertEquals(FailureCode.SOURCE_ERROR, failure(graph.fetch()).code());
    }

    @Test
    void fetch_goneBetweenItsHeadAndItsContent_isNotFound() {
        graph.answer(ScriptedGraph.HEAD, ScriptedGraph.error(404, "ErrorItemNotFound"));
        assertInstanceOf(FetchResult.NotFound.class, graph.fetch());
    }

    @Test
    @DisplayName("A19 m 410 on a message means that it is gone, as 404 does")
    void fetch_410_isGone() {
        graph.answer(ScriptedGraph.error(410, "ErrorItemNotFound"), ScriptedGraph.error(410, "ErrorItemNotFound"));
        FetchResult.NotFound missing = assertInstanceOf(FetchResult.NotFound.class, graph.fetch());
        assertFalse(missing.evidence().contains("cursor"), missing.evidence());
        assertInstanceOf(RelocateResult.Gone.class, graph.relocate());
    }

    @Test
    void fetch_draft_isNothingThatCame() {
        graph.answer(Answer.json("{\"id\":\"AAkA\",\"isDraft\":true}"));
        assertInstanceOf(FetchResult.NotFound.class, graph.fetch());
        assertEquals(1, graph.asked().size());
    }

    @Test
    @DisplayName("an old mail that is moved into the folder is announced, and taken in no more than by listing")
    void fetch_olderThanTheMailbox_isNothingThatCame() {
        graph.answer(Answer.json("{\"id\":\"AAkA\",\"receivedDateTime\":\"2026-09-30T23:59:59Z\"}"));
        assertEquals(
                "it came before the time from which on the mailbox's mail is taken",
                assertInstanceOf(FetchResult.NotFound.class, graph.fetch()).evidence());
        assertEquals(1, graph.asked().size(), "its content is not asked for");

        graph.answer(
                Answer.json("{\"id\":\"AAkA\",\"receivedDateTime\":\"2026-10-01T00:00:00Z\"}"), ScriptedGraph.MIME);
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
    }

    @Test
    @DisplayName("401 for a token that was kept: a new one, once")
    void fetch_401Once_isRepeatedWithANewToken() {
        fetchWell();
        graph.answer(ScriptedGraph.error(401, "InvalidAuthenticationToken"), ScriptedGraph.HEAD, ScriptedGraph.MIME);
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
        assertEquals(2, graph.tokens.requests().size());
        assertNotEquals(
                graph.asked().get(2).header("Authorization"),
                graph.asked().get(3).header("Authorization"));
    }

    @Test
    @DisplayName("401 twice is for the tenant to mend: the mailbox parks")
    void fetch_401Twice_isRefused() {
        fetchWell();
        graph.answer(
                ScriptedGraph.error(401, "InvalidAuthenticationToken"),
                ScriptedGraph.error(401, "InvalidAuthenticationToken"));
        Failure failure = failure(graph.fetch());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertEquals("Graph does not take the token (401 InvalidAuthenticationToken)", failure.detail());
        assertEquals(4, graph.asked().size());
        assertEquals(2, graph.tokens.requests().size());
    }

    @Test
    void fetch_401ForANewToken_isNotRepeated() {
        graph.answer(ScriptedGraph.error(401, "InvalidAuthenticationToken"));
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure(graph.fetch()).code());
        assertEquals(1, graph.asked().size());

        fetchWell();
        assertEquals(2, graph.tokens.requests().size(), "the refused token was not kept");
    }

    @ParameterizedTest
    @DisplayName("each error of Graph has its code, and its message stays where it is")
    @CsvSource({
        "400, ErrorInvalidIdMalformed, SOURCE_ERROR",
        "400, BadRequest, SOURCE_ERROR",
        "403, ErrorAccessDenied, CREDENTIALS_REFUSED",
        "403, Authorization_RequestDenied, CREDENTIALS_REFUSED",
        "404, ErrorInvalidUser, MAILBOX_GONE",
        "404, ResourceNotFound, MAILBOX_GONE",
        "404, Request_ResourceNotFound, MAILBOX_GONE",
        "404, MailboxNotEnabledForRESTAPI, MAILBOX_GONE",
        "429, TooManyRequests, SOURCE_THROTTLED",
        "500, InternalServerError, SOURCE_UNREACHABLE",
        "502, BadGateway, SOURCE_UNREACHABLE",
        "503, ServiceUnavailable, SOURCE_UNREACHABLE",
        "504, GatewayTimeout, SOURCE_UNREACHABLE",
        "302, '', SOURCE_ERROR"
    })
    void fetch_eachError_hasItsCode(int status, String error, FailureCode code) {
        graph.answer(ScriptedGraph.error(status, error));
        Failure failure = failure(graph.fetch());
        assertEquals(code, failure.code());
        assertTrue(failure.detail().contains(status + (error.isEmpty() ? "" : " " + error)), failure.detail());

        graph.answer(ScriptedGraph.error(status, error));
        if (code != FailureCode.SOURCE_THROTTLED) {
            assertEquals(
                    code,
                    failure(graph.list(Optional.empty(), Optional.empty())).code());
        }
    }

    static Stream<String> errorBodies() {
        return Stream.of(
                "",
                "null",
                "[]",
                "<html>a subject</html>",
                "{\"error\":\"a subject\"}",
                "{\"error\":{\"code\":\"a subject\"}}",
                "{\"error\":{\"code\":[\"a subject\"]}}",
                "{\"error\":{\"code\":\"" + "x".repeat(65) + "\"}}",
                "{\"error\":{\"message\":\"" + "a subject".repeat(10_000) + "\",\"code\":\"Late\"}}");
    }

    @ParameterizedTest
    @MethodSource("errorBodies")
    void fetch_errorWithoutACode_saysItsStatusAlone(String body) {
        graph.answer(new Answer(400, Map.of(), body));
        assertEquals("Graph refuses the call (400)", failure(graph.fetch()).detail());
    }

    @Test
    void fetch_redirect_isNotFollowed() {
        graph.answer(new Answer(302, Map.of("Location", graph.base() + "users/other/messages/x"), ""));
        assertEquals(FailureCode.SOURCE_ERROR, failure(graph.fetch()).code());
        assertEquals(1, graph.asked().size());
    }

    static Stream<String> noObjects() {
        return Stream.of(
                "",
                "null",
                "[]",
                "17",
                "{",
                "{\"id\":\"a subject\"",
                "<html>a subject</html>",
                "{\"a\":" + "[".repeat(10_000),
                "{\"filler\":\"" + "x".repeat(GraphAnswers.MAX_JSON) + "\"}");
    }

    @ParameterizedTest
    @DisplayName("an answer that is no JSON object, or a very long one, is a failure of Graph's")
    @MethodSource("noObjects")
    void anyCall_answerThatIsNoObject_fails(String body) {
        graph.answer(Answer.json(body), Answer.json(body));
        assertOfGraph(failure(graph.fetch()));
        assertOfGraph(failure(graph.list(Optional.empty(), Optional.empty())));
    }

    @Test
    void fetch_emptyMessage_isAFailureOfGraphs() {
        graph.answer(ScriptedGraph.HEAD, new Answer(200, Map.of(), ""));
        assertEquals(FailureCode.SOURCE_ERROR, failure(graph.fetch()).code());
    }

    @Test
    void list_asksForTheFolderSinceTheMailboxesTime_andThenForItsDelta() {
        graph.answer(
                Answer.json(NOTHING_FOUND),
                Answer.json("{\"value\":[],\"@odata.deltaLink\":\"" + graph.base() + "users/x/d?$deltatoken=t\"}"));
        ListResult.Next.More more = assertInstanceOf(
                ListResult.Next.More.class,
                page(graph.list(Optional.empty(), Optional.empty())).next());
        ListResult.Next.End end = assertInstanceOf(
                ListResult.Next.End.class,
                page(graph.list(Optional.empty(), Optional.of(more.token()))).next());
        graph.answer(
                Answer.json("{\"value\":[],\"@odata.deltaLink\":\"" + graph.base() + "users/x/d?$deltatoken=t2\"}"));
        page(graph.list(Optional.of(end.cursor()), Optional.empty()));

        List<String> targets = graph.asked().stream().map(Asked::target).toList();
        String folder = "/v1.0/users/" + ScriptedGraph.USER + "/mailFolders/inbox/messages";
        assertEquals(
                folder + "?$filter=receivedDateTime+ge+2026-10-01T00%3A00%3A00Z&$orderby=receivedDateTime&"
                        + "$select=id,receivedDateTime,isDraft&$top=200",
                targets.get(0));
        assertTrue(
                targets.get(1)
                        .startsWith(folder + "/delta?changeType=created&$select=id,receivedDateTime,isDraft&"
                                + "$filter=receivedDateTime+ge+"),
                targets.get(1));
        assertEquals("/v1.0/users/x/d?$deltatoken=t", targets.get(2));
        for (Asked asked : graph.asked()) {
            assertEquals("IdType=\"ImmutableId\", odata.maxpagesize=200", asked.header("Prefer"));
        }
    }

    @Test
    @DisplayName("a delta begins before the newest message that was seen, also where our clock is ahead of Graph's")
    void list_ourClockIsAhead_leavesNoHole() {
        Instant ofGraph = Instant.now().minus(Duration.ofHours(2)).truncatedTo(ChronoUnit.SECONDS);
        graph.answer(Answer.json("{\"value\":[{\"id\":\"AAkNEWEST\",\"receivedDateTime\":\"" + ofGraph + "\"}]}"));
        assertEquals(ofGraph.minus(Duration.ofMinutes(15)), beginningOfTheDelta());
    }

    @Test
    @DisplayName("a delta begins before the catch-up did, however new what was seen meanwhile")
    void list_seenWhileItTookLong_leavesNoHole() {
        Instant began = Instant.now().minus(Duration.ofHours(5)).truncatedTo(ChronoUnit.SECONDS);
        graph.answer(Answer.json("{\"value\":[{\"id\":\"AAkNEWEST\",\"receivedDateTime\":\""
                + began.plus(Duration.ofHours(4)) + "\"}]}"));
        assertEquals(
                began.minus(Duration.ofMinutes(15)),
                beginningOfTheDelta(Optional.of("g1 c 0 " + began.toEpochMilli() + " users/x")));
    }

    @Test
    @DisplayName("where nothing was seen a delta begins where the catch-up looked from")
    void list_nothingSeen_leavesNoHole() {
        graph.answer(Answer.json(NOTHING_FOUND));
        assertEquals(Instant.parse("2026-09-30T23:45:00Z"), beginningOfTheDelta());
    }

    private Instant beginningOfTheDelta() {
        return beginningOfTheDelta(Optional.empty());
    }

    /** What the delta is filtered by that the last page of a catch-up leads to. */
    private Instant beginningOfTheDelta(Optional<String> page) {
        ListResult.Next.More more = assertInstanceOf(
                ListResult.Next.More.class,
                page(graph.list(Optional.empty(), page)).next());
        String link =
                URLDecoder.decode(GraphCursor.parse(more.token()).orElseThrow().link(), StandardCharsets.UTF_8);
        assertTrue(link.contains("/delta?"), link);
        return Instant.parse(link.substring(link.indexOf(" ge ") + " ge ".length()));
    }

    /** {@code BASE} is the address of Graph, {@code OTHER} another server's. */
    @ParameterizedTest
    @DisplayName("a link that leads away from Graph is not followed, and no token goes there")
    @ValueSource(
            strings = {
                "OTHERv1.0/users/x",
                "https://graph.microsoft.com.evil.example/v1.0/users/x",
                "https://evil.example/v1.0/users/x",
                "//evil.example/v1.0/users/x",
                "/v1.0/users/x",
                "users/x",
                "BASE//evil.example/users/x",
                "BASE/users/x",
                "BASEOTHERv1.0/users/x",
                "BASEmailto:x",
                "BASE..",
                "BASE../beta/users/x",
                "BASEusers/../../beta/users/x",
                "BASE./users/x",
                "BASEusers/x y",
                "BASEusers/x|y",
                "BASEusers/%zz",
                "BASE\\\\evil.example"
            })
    void list_linkThatLeadsAway_isNotFollowed(String form) throws Exception {
        try (ScriptedGraph other = new ScriptedGraph(Path.of("none"))) {
            String link =
                    form.replace("OTHER", other.base().replace("v1.0/", "")).replace("BASE", graph.base());
            for (String name : List.of("@odata.nextLink", "@odata.deltaLink")) {
                String delta = "g1 d 0 0 users/x/delta?$deltatoken=t";
                graph.answer(Answer.json("{\"value\":[],\"" + name + "\":\"" + link + "\"}"));
                ListResult result = graph.list(Optional.of(delta), Optional.empty());
                assertEquals(FailureCode.SOURCE_ERROR, failure(result).code());
                assertFalse(failure(result).detail().contains("evil"));
            }
            assertEquals(2, graph.asked().size());

            // A cursor that was kept before such links were refused.
            String path =
                    link.startsWith(graph.base()) ? link.substring(graph.base().length()) : link;
            graph.answer(Answer.json(NOTHING_FOUND));
            graph.list(Optional.of("g1 d 0 0 " + path), Optional.empty());
            assertTrue(other.asked().isEmpty(), other.asked().toString());
        }
    }

    /** {@code PORT/v1.0} is where Graph is. */
    @ParameterizedTest
    @ValueSource(
            strings = {"PORT/v1.0evil/users/x", "PORT/v1.0", "PORT0/v1.0/users/x", "PORT.evil.example/v1.0/users/x"})
    void list_linkThatOnlyBeginsLikeGraph_isNotFollowed(String form) {
        String link = form.replace("PORT", graph.base().replace("/v1.0/", ""));
        graph.answer(Answer.json("{\"value\":[],\"@odata.nextLink\":\"" + link + "\"}"));
        assertEquals(
                "Graph gave a link that leads away from it",
                failure(graph.list(Optional.empty(), Optional.empty())).detail());
    }

    @Test
    @DisplayName("an empty page that leads to itself ends a catch-up: nothing more comes, and the delta is next")
    void list_emptyPageOfACatchUpThatLeadsToItself_isItsEnd() {
        graph.answer(Answer.json("{\"value\":[],\"@odata.nextLink\":\"" + graph.base() + "users/x?$skip=200\"}"));
        long seen = Instant.parse("2026-10-10T00:00:00Z").toEpochMilli();
        assertEquals(
                Instant.parse("2026-10-09T23:45:00Z"),
                beginningOfTheDelta(Optional.of("g1 c " + seen + " " + seen + " users/x?$skip=200")));
    }

    @Test
    @DisplayName("an empty page that leads to another one is followed")
    void list_emptyPageThatLeadsToAnother_isFollowed() {
        for (String phase : List.of("c", "d")) {
            graph.answer(Answer.json("{\"value\":[],\"@odata.nextLink\":\"" + graph.base() + "users/x?page=3\"}"));
            ListResult.Next.More more = assertInstanceOf(
                    ListResult.Next.More.class,
                    page(graph.list(Optional.empty(), Optional.of("g1 " + phase + " 0 0 users/x?page=2")))
                            .next());
            assertEquals(
                    "users/x?page=3",
                    GraphCursor.parse(more.token()).orElseThrow().link());
        }
    }

    @ParameterizedTest
    @DisplayName("any other page that leads to itself would be read for ever, and nobody knows what it leaves out")
    @CsvSource({"d, ''", "d, '{\"id\":\"AAkA\"}'", "c, '{\"id\":\"AAkA\"}'", "c, '{\"id\":\"AAkA\",\"isDraft\":true}'"})
    void list_pageThatLeadsToItself_fails(String phase, String items) {
        graph.answer(Answer.json(
                "{\"value\":[" + items + "],\"@odata.nextLink\":\"" + graph.base() + "users/x?$skiptoken=t\"}"));
        Failure failure =
                failure(graph.list(Optional.empty(), Optional.of("g1 " + phase + " 0 0 users/x?$skiptoken=t")));
        assertEquals(FailureCode.SOURCE_ERROR, failure.code());
        assertEquals("Graph gave the same page as the next one", failure.detail());
    }

    @Test
    void list_linkBeyondTheBoundOfACursor_isNotKept() {
        graph.answer(Answer.json("{\"value\":[],\"@odata.nextLink\":\"" + graph.base() + "users/x?$skiptoken="
                + "t".repeat(16 * 1024) + "\"}"));
        assertEquals(
                FailureCode.SOURCE_ERROR,
                failure(graph.list(Optional.empty(), Optional.empty())).code());
    }

    @Test
    void list_deltaThatEndsWithoutALink_fails() {
        graph.answer(Answer.json(NOTHING_FOUND));
        assertEquals(
                "Graph ended a delta without a link that goes on",
                failure(graph.list(Optional.of("g1 d 0 0 users/x"), Optional.empty()))
                        .detail());
    }

    @Test
    @DisplayName(
            "T11 what is removed, a draft, older than the mailbox or without an id is left out; the rest is found once")
    void list_itemsThatAreNone_areLeftOut() {
        graph.answer(Answer.json("""
            {"value":[
              {"id":"AAkREMOVED","@removed":{"reason":"deleted"}},
              {"id":"AAkMOVED","@removed":{"reason":"changed"},"receivedDateTime":"2026-11-01T10:00:00Z"},
              {"id":"AAkDRAFT","isDraft":true,"receivedDateTime":"2026-11-01T10:00:00Z"},
              {"id":"AAkOLD","receivedDateTime":"2026-09-30T23:59:59Z"},
              {"id":"../../me"}, {"id":""}, {"id":null}, {"id":{}}, {}, null, 17, "AAkTEXT", [],
              {"id":"AAkTWICE","receivedDateTime":"2026-11-01T10:00:00Z"},
              {"id":"AAkTWICE","receivedDateTime":"2026-11-01T10:00:00Z"},
              {"id":"AAkUNDATED","receivedDateTime":"yesterday"},
              {"id":"AAkSHIFTED","receivedDateTime":"2026-11-01T15:30:00.2257768+05:30"}
            ],"@odata.deltaLink":"BASEusers/x"}
            """.replace("BASE", graph.base())));
        ListResult.Page page = page(graph.list(Optional.of("g1 d 0 0 users/x"), Optional.empty()));
        assertEquals(
                List.of("AAkTWICE", "AAkUNDATED", "AAkSHIFTED"),
                page.found().stream()
                        .map(pointer -> ((MicrosoftPointer) pointer).messageId())
                        .toList());
    }

    @Test
    @DisplayName("a message from the future is found, and hides nothing of what comes until then")
    void list_messageFromTheFuture_isNotTheNewest() {
        graph.answer(Answer.json("""
            {"value":[{"id":"AAkFUTURE","receivedDateTime":"2999-01-01T00:00:00Z"}],"@odata.deltaLink":"BASEusers/x"}
            """.replace("BASE", graph.base())));
        ListResult.Page page = page(graph.list(Optional.of("g1 d 0 0 users/x"), Optional.empty()));
        assertEquals(1, page.found().size());
        ListResult.Next.End end = assertInstanceOf(ListResult.Next.End.class, page.next());
        assertEquals(
                Instant.EPOCH, GraphCursor.parse(end.cursor()).orElseThrow().seen());
    }

    @Test
    @DisplayName("a delta that breaks off is caught up from before it began: its pages are in no order")
    void list_expiredHalfWay_goesBackToWhereTheLastListingEnded() {
        long settled = Instant.parse("2026-10-10T00:00:00Z").toEpochMilli();
        Optional<String> cursor = Optional.of("g1 d " + settled + " " + settled + " users/x");
        graph.answer(Answer.json("""
            {"value":[{"id":"AAkNEWEST","receivedDateTime":"2026-10-20T00:00:00Z"}],"@odata.nextLink":"BASEusers/y"}
            """.replace("BASE", graph.base())));
        ListResult.Next.More more = assertInstanceOf(
                ListResult.Next.More.class,
                page(graph.list(cursor, Optional.empty())).next());
        graph.answer(ScriptedGraph.error(410, "SyncStateNotFound"), Answer.json(NOTHING_FOUND));
        page(graph.list(cursor, Optional.of(more.token())));
        String asked = graph.asked().getLast().target();
        assertTrue(asked.contains("receivedDateTime+ge+2026-10-07T00%3A00%3A00Z"), asked);
    }

    @ParameterizedTest
    @DisplayName("an expired token is known by what Graph says of it, whatever the status")
    @CsvSource({
        "400, syncStateNotFound",
        "404, syncStateNotFound",
        "400, SyncStateInvalid",
        "404, resyncRequired",
        "400, ErrorInvalidSyncStateData",
        "410, SyncStateNotFound",
        "410, ''"
    })
    void list_expired_isCaughtUp(int status, String code) {
        long settled = Instant.parse("2026-10-10T00:00:00Z").toEpochMilli();
        graph.answer(ScriptedGraph.error(status, code), Answer.json(NOTHING_FOUND));
        page(graph.list(Optional.of("g1 d " + settled + " " + settled + " users/x"), Optional.empty()));
        String asked = graph.asked().getLast().target();
        assertTrue(asked.contains("receivedDateTime+ge+2026-10-07T00%3A00%3A00Z"), asked);
    }

    @Test
    void list_pageLongerThanAskedFor_fails() {
        StringBuilder items = new StringBuilder();
        for (int i = 0; i <= ListResult.MAX_POINTERS; i++) {
            items.append(i == 0 ? "" : ",").append("{\"id\":\"AAk").append(i).append("\"}");
        }
        graph.answer(Answer.json("{\"value\":[" + items + "]}"));
        assertEquals(
                "Graph gave a longer page than was asked for",
                failure(graph.list(Optional.empty(), Optional.empty())).detail());
    }

    private void fetchWell() {
        graph.answer(ScriptedGraph.HEAD, ScriptedGraph.MIME);
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
    }

    private static ListResult.Page page(ListResult result) {
        return assertInstanceOf(ListResult.Page.class, result);
    }

    private static Failure failure(ListResult result) {
        return said(assertInstanceOf(ListResult.Failed.class, result).failure());
    }

    private static Failure failure(FetchResult result) {
        return said(assertInstanceOf(FetchResult.Failed.class, result).failure());
    }

    private static Failure said(Failure failure) {
        assertFalse(failure.detail().contains("a subject"), failure.detail());
        return failure;
    }

    private static void assertOfGraph(Failure failure) {
        assertTrue(
                List.of(FailureCode.SOURCE_ERROR, FailureCode.SOURCE_UNREACHABLE)
                        .contains(failure.code()),
                failure.toString());
        assertTrue(failure.retryAfter().isEmpty());
    }
}
