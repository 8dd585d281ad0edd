package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.http.ScriptedApi.Answer;
import io.waybill.sources.http.ScriptedApi.Asked;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Graph that wants us to come back later: in seconds, by date, in words that mean nothing, and without a word. */
class ThrottledMailboxTest {
    private static final Answer THROTTLED = ScriptedGraph.error(429, "ApplicationThrottled");
    private static final Answer UNAVAILABLE = ScriptedGraph.error(503, "ServiceUnavailable");

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
    @DisplayName("T9 429 with Retry-After in seconds: the job is told, and the mailbox is not asked again before")
    @CsvSource({"32, 32", "3600, 3600", "86400, 3600", "999999999, 3600"})
    void throttled_seconds(String said, long seconds) {
        graph.answer(THROTTLED.with("Retry-After", said));
        Failure failure = failure(graph.fetch());
        assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), failure.retryAfter());
        assertEquals("Graph asks us to come back later (429 ApplicationThrottled)", failure.detail());

        Failure again = failure(graph.fetch());
        assertEquals(FailureCode.SOURCE_THROTTLED, again.code());
        assertFalse(again.asked());
        assertLeft(Duration.ofSeconds(seconds), again);
        Failure listing = assertInstanceOf(ListResult.Failed.class, graph.list(Optional.empty(), Optional.empty()))
                .failure();
        assertEquals(Stage.LIST, listing.stage());
        assertLeft(Duration.ofSeconds(seconds), listing);
        assertEquals(1, graph.asked().size());
    }

    @Test
    @DisplayName("T9 429 with Retry-After as a date")
    void throttled_date() {
        Instant in90Seconds = Instant.now().plusSeconds(90);
        graph.answer(THROTTLED.with(
                "Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(in90Seconds.atOffset(ZoneOffset.UTC))));
        assertLeft(Duration.ofSeconds(90), failure(graph.fetch()));
        assertLeft(Duration.ofSeconds(90), failure(graph.fetch()));
        assertEquals(1, graph.asked().size());
    }

    /** The mailbox is left alone for a second at most, which the next call waits for. */
    @ParameterizedTest
    @DisplayName("T9 429 with a Retry-After that says nothing is as one without")
    @ValueSource(
            strings = {
                "0",
                "-5",
                "1.5",
                "soon",
                "99999999999999999999",
                "0x20",
                "Thu, 01 Jan 2026 00:00:00 GMT",
                "Sun, 31 Feb 2126 00:00:00 GMT"
            })
    void throttled_absurd(String said) {
        graph.answer(THROTTLED.with("Retry-After", said), ScriptedGraph.HEAD, ScriptedGraph.MIME);
        Failure failure = failure(graph.fetch());
        assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
        assertEquals(Optional.empty(), failure.retryAfter());
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
    }

    @Test
    @DisplayName("T9 429 without Retry-After: the next call waits for the pause in place, and costs no attempt")
    void throttled_withoutAWord() {
        graph.answer(THROTTLED, THROTTLED, ScriptedGraph.HEAD, ScriptedGraph.MIME);
        assertEquals(Optional.empty(), failure(graph.fetch()).retryAfter());
        failure(graph.fetch());
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
        assertPause(Duration.ofMillis(500), 0, 1);
        assertPause(Duration.ofMillis(1000), 1, 2);
    }

    @Test
    @DisplayName("T9 a short Retry-After is waited for in place")
    void throttled_short() {
        graph.answer(THROTTLED.with("Retry-After", "2"), ScriptedGraph.HEAD, ScriptedGraph.MIME);
        failure(graph.fetch());
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
        assertPause(Duration.ofSeconds(2), 0, 1);
    }

    @ParameterizedTest
    @DisplayName("an error of the server's honours Retry-After for the job, and leaves the mailbox's other jobs alone")
    @CsvSource({"500, 7, 7", "502, 7, 7", "503, 120, 120", "504, 86400, 3600", "503, soon, "})
    void failing_retryAfter(int status, String said, Long seconds) {
        graph.answer(
                ScriptedGraph.error(status, "ServiceUnavailable").with("Retry-After", said),
                ScriptedGraph.HEAD,
                ScriptedGraph.MIME);
        Failure failure = failure(graph.fetch());
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failure.code());
        assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), failure.retryAfter());
        assertInstanceOf(FetchResult.Fetched.class, graph.fetch()).discard();
    }

    @Test
    void failing_withoutRetryAfter_isForTheJobsOwnBackOff() {
        graph.answer(UNAVAILABLE);
        assertEquals(Optional.empty(), failure(graph.fetch()).retryAfter());
    }

    @Test
    void throttledTokenEndpoint_isToldWithItsRetryAfter() {
        graph.tokens.answerNext(new TokenServer.Answer(429, "", "30"));
        Failure failure = failure(graph.fetch());
        assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
        assertEquals(Optional.of(Duration.ofSeconds(30)), failure.retryAfter());
        assertTrue(graph.asked().isEmpty());
    }

    private static Failure failure(FetchResult result) {
        Failure failure = assertInstanceOf(FetchResult.Failed.class, result).failure();
        assertFalse(failure.detail().contains("a subject"), failure.detail());
        return failure;
    }

    /** What a pause of that length has left, somewhat later. */
    private static void assertLeft(Duration pause, Failure failure) {
        Duration left = failure.retryAfter().orElseThrow();
        assertTrue(left.compareTo(pause) <= 0 && left.compareTo(pause.minusSeconds(20)) > 0, left.toString());
    }

    /** However slow the machine is, a call never comes before a pause is over. */
    private void assertPause(Duration atLeast, int before, int after) {
        List<Asked> asked = graph.asked();
        Duration between =
                Duration.between(asked.get(before).at(), asked.get(after).at());
        assertTrue(between.compareTo(atLeast) >= 0, between.toString());
    }
}
