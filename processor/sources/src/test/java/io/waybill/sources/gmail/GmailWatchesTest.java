package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.Json;
import io.waybill.contracts.Mailbox;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.SubscriptionResult;
import io.waybill.sources.SubscriptionResult.Failed;
import io.waybill.sources.SubscriptionResult.Gone;
import io.waybill.sources.SubscriptionResult.Live;
import io.waybill.sources.http.ScriptedApi.Answer;
import io.waybill.sources.http.ScriptedApi.Asked;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches, to the letter of what is asked, with all that Gmail answers. */
class GmailWatchesTest {
    private static final String TOPIC_TO_BLAME =
            "; or the topic is of another project than the service account, or Gmail may not publish to it";

    private ScriptedGmail gmail;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        gmail = new ScriptedGmail(directory);
    }

    @AfterEach
    void stop() {
        gmail.close();
    }

    @Test
    void watch_asksForTheInboxAndNoMore() throws Exception {
        gmail.answer(Answer.json("{\"historyId\":\"1234567890\",\"expiration\":\"1431990098200\"}"));
        Live live = assertInstanceOf(Live.class, watch());
        assertEquals("1234567890", live.id());
        assertEquals(Instant.ofEpochMilli(1431990098200L), live.expiresAt());

        Asked asked = gmail.asked().getFirst();
        assertEquals("POST", asked.method());
        assertEquals("/gmail/v1/users/me/watch", asked.target());
        assertEquals("application/json", asked.header("Content-type"));
        JsonNode body = Json.mapper(4, 1_000).readTree(asked.body());
        assertEquals(
                "{\"topicName\":\"" + ScriptedGmail.TOPIC
                        + "\",\"labelIds\":[\"INBOX\"],\"labelFilterBehavior\":\"INCLUDE\"}",
                body.toString());
        assertEquals(ScriptedGmail.USER, gmail.tokens.requests().getFirst().get("claim.sub"));
    }

    @Test
    void watch_numbersInPlaceOfTexts_areTaken() {
        gmail.answer(Answer.json("{\"historyId\":18446744073709551615,\"expiration\":1431990098200}"));
        assertEquals(new Live("18446744073709551615", Instant.ofEpochMilli(1431990098200L)), watch());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"historyId\":\"17\"}",
                "{\"expiration\":\"1431990098200\"}",
                "{\"historyId\":\"a subject\",\"expiration\":\"1431990098200\"}",
                "{\"historyId\":\"17\",\"expiration\":\"a subject\"}",
                "{\"historyId\":\"17\",\"expiration\":\"-1\"}",
                "{\"historyId\":\"17\",\"expiration\":1e40}",
                "{\"historyId\":\"17\",\"expiration\":\"99999999999999999999\"}"
            })
    void watch_answerWithoutWhatItMustHave_isAnError(String body) {
        gmail.answer(Answer.json(body));
        assertEquals(FailureCode.SOURCE_ERROR, failed(watch()).code());
    }

    @ParameterizedTest
    @DisplayName("what Gmail refuses of a watch, but not of the mailbox, is its topic")
    @CsvSource({
        "400, invalidArgument, SOURCE_ERROR, true",
        "403, forbidden, CREDENTIALS_REFUSED, true",
        "404, notFound, SOURCE_ERROR, true",
        "400, failedPrecondition, MAILBOX_GONE, false",
        "401, authError, CREDENTIALS_REFUSED, false",
        "429, rateLimitExceeded, SOURCE_THROTTLED, false",
        "503, backendError, SOURCE_UNREACHABLE, false"
    })
    void watch_eachError_hasItsCode(int status, String reason, FailureCode code, boolean topic) {
        gmail.answer(ScriptedGmail.error(status, reason).with("Retry-After", "30"));
        Failed failed = failed(watch());
        assertEquals(code, failed.code());
        assertEquals(topic, failed.detail().endsWith(TOPIC_TO_BLAME), failed.detail());
        boolean later = status == 429 || status == 503;
        assertEquals(later ? Optional.of(Duration.ofSeconds(30)) : Optional.empty(), failed.retryAfter());
    }

    @Test
    void watch_refusedKey_isNotTheTopic() {
        gmail.tokens.answerNext(TokenServer.Answer.error(401, "unauthorized_client"));
        Failed failed = failed(watch());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failed.code());
        assertFalse(failed.detail().endsWith(TOPIC_TO_BLAME));
        assertTrue(gmail.asked().isEmpty());
    }

    @Test
    void watch_mailboxWithoutATopic_isABug() {
        Mailbox listed = new Mailbox(
                "acme",
                "support",
                ScriptedGmail.USER,
                "inc-1",
                null,
                "k-support",
                ScriptedGmail.SINCE,
                gmail.mailbox.handlers(),
                null,
                new GoogleAccount(new CredentialReference("file:acme-gmail.json"), ScriptedGmail.USER, null),
                false);
        assertThrows(IllegalArgumentException.class, () -> gmail.watches.watch(listed));
    }

    @Test
    void stop_asksWithoutABody() {
        gmail.answer(new Answer(204, Map.of(), ""), new Answer(200, Map.of(), ""));
        assertEquals(new Gone(), gmail.watches.stop(gmail.mailbox));
        assertEquals(new Gone(), gmail.watches.stop(gmail.mailbox));
        Asked asked = gmail.asked().getFirst();
        assertEquals("POST", asked.method());
        assertEquals("/gmail/v1/users/me/stop", asked.target());
        assertEquals("", asked.body());
    }

    @Test
    void stop_refused_fails() {
        gmail.answer(ScriptedGmail.error(403, "forbidden"));
        Failed failed = failed(gmail.watches.stop(gmail.mailbox));
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failed.code());
        assertFalse(failed.detail().endsWith(TOPIC_TO_BLAME));
    }

    private SubscriptionResult watch() {
        return gmail.watches.watch(gmail.mailbox);
    }

    private static Failed failed(SubscriptionResult result) {
        Failed failed = assertInstanceOf(Failed.class, result);
        assertFalse(failed.detail().contains("a subject"), failed.detail());
        return failed;
    }
}
