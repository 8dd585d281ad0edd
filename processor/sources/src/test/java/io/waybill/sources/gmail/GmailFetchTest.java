package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sources.FetchResult;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.http.ScriptedApi.Answer;
import io.waybill.sources.http.ScriptedApi.Asked;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages as Gmail gives them, Base64 in JSON, whole and broken. */
class GmailFetchTest {
    private static final String RAW = Base64.getUrlEncoder().encodeToString(ScriptedGmail.MIME);

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
    void fetch_readsTheMailAsItWasSentAndWhenItCame() throws Exception {
        gmail.answer(ScriptedGmail.MESSAGE);
        try (RawMail mail = fetched()) {
            assertArrayEquals(ScriptedGmail.MIME, mail.open().readAllBytes());
            assertEquals(Instant.ofEpochMilli(1793527200000L), mail.receivedAt());
        }
        Asked asked = gmail.asked().getFirst();
        assertEquals(
                "/gmail/v1/users/me/messages/" + ScriptedGmail.ID
                        + "?format=raw&fields=labelIds,internalDate,sizeEstimate,raw",
                asked.target());
        assertEquals("GET", asked.method());
        assertTrue(asked.header("Authorization").startsWith("Bearer token-"));
    }

    @Test
    @DisplayName("the token is of the mailbox's user, for reading alone")
    void fetch_signsInForTheUser() {
        gmail.answer(ScriptedGmail.MESSAGE);
        fetched().close();
        Map<String, String> asked = gmail.tokens.requests().getFirst();
        assertEquals(ScriptedGmail.USER, asked.get("claim.sub"));
        assertEquals(ServiceAccount.EMAIL, asked.get("claim.iss"));
        assertEquals("https://www.googleapis.com/auth/gmail.readonly", asked.get("claim.scope"));
    }

    @Test
    @DisplayName("each length and each sign of Base64, padded, not padded and padded in other words")
    void fetch_everyBase64_isDecoded() throws Exception {
        Random random = new Random(7);
        for (int length : new int[] {1, 2, 3, 4, 1_023, 1_024, 1_025, 8_000, 65_536, 300_001}) {
            byte[] mime = new byte[length];
            random.nextBytes(mime);
            String padded = Base64.getUrlEncoder().encodeToString(mime);
            gmail.answer(
                    raw(padded),
                    raw(Base64.getUrlEncoder().withoutPadding().encodeToString(mime)),
                    raw(padded.replace("=", "\\u003d")));
            for (int i = 0; i < 3; i++) {
                try (RawMail mail = fetched()) {
                    assertArrayEquals(mime, mail.open().readAllBytes());
                }
            }
        }
    }

    @Test
    void fetch_fieldsInAnotherOrder_areAllRead() throws Exception {
        gmail.answer(Answer.json("{\"raw\":\"" + RAW + "\",\"payload\":{\"raw\":[{\"labelIds\":[\"DRAFT\"]}]},"
                + "\"sizeEstimate\":7,\"internalDate\":1793527200000,\"labelIds\":[\"INBOX\"]}"));
        try (RawMail mail = fetched()) {
            assertEquals(ScriptedGmail.MIME.length, mail.size());
            assertEquals(Instant.ofEpochMilli(1793527200000L), mail.receivedAt());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"internalDate\":null,",
                "\"internalDate\":\"yesterday\",",
                "\"internalDate\":{},",
                "\"internalDate\":\"-5\",",
                "\"internalDate\":\"99999999999999999\","
            })
    void fetch_withoutATimeThatCanBeBelieved_cameNow(String date) {
        Instant before = Instant.now();
        gmail.answer(Answer.json("{" + date + "\"raw\":\"" + RAW + "\"}"));
        try (RawMail mail = fetched()) {
            assertFalse(mail.receivedAt().isBefore(before));
            assertFalse(mail.receivedAt().isAfter(Instant.now()));
        }
    }

    @Test
    @DisplayName("404 notFound is a message that is gone, and then is there after all")
    void fetch_notFoundThenThere() {
        gmail.answer(ScriptedGmail.error(404, "notFound"), ScriptedGmail.error(404, "notFound"));
        FetchResult.NotFound missing = assertInstanceOf(FetchResult.NotFound.class, gmail.fetch());
        assertEquals("Gmail finds nothing under this id (404 notFound)", missing.evidence());
        assertInstanceOf(RelocateResult.Gone.class, gmail.relocate());
        gmail.answer(ScriptedGmail.MESSAGE);
        RelocateResult.Found found = assertInstanceOf(RelocateResult.Found.class, gmail.relocate());
        assertFalse(found.moved());
        found.mail().close();
        assertTrue(
                gmail.source.lag().compareTo(Duration.ofSeconds(10)) > 0, "the history may be ahead of its messages");
    }

    @ParameterizedTest
    @DisplayName(
            "T20 a draft, a chat or what was sent from the mailbox is nothing that came, wherever its labels stand")
    @ValueSource(strings = {"DRAFT", "CHAT", "SENT"})
    void fetch_whatDidNotCome_isNotFound(String label) {
        String labels = "\"labelIds\":[\"INBOX\",\"" + label + "\"]";
        String raw = "\"raw\":\"" + RAW + "\"";
        gmail.answer(Answer.json("{" + labels + "," + raw + "}"), Answer.json("{" + raw + "," + labels + "}"));
        FetchResult.NotFound first = assertInstanceOf(FetchResult.NotFound.class, gmail.fetch());
        assertEquals(first, gmail.fetch());
        if (label.equals("DRAFT")) {
            assertEquals("it is a draft that nobody has sent", first.evidence());
        }
    }

    @ParameterizedTest
    @DisplayName("what was trashed, taken for spam or archived after it was listed is handled all the same")
    @ValueSource(strings = {"\"TRASH\"", "\"SPAM\"", "\"UNREAD\"", ""})
    void fetch_whatHasLeftTheInbox_isFetched(String labels) {
        gmail.answer(ScriptedGmail.message(labels, ScriptedGmail.MIME));
        fetched().close();
    }

    @Test
    @DisplayName("what came before the mailbox's time is not handled, though it be taken out of the archive today")
    void fetch_cameBeforeTheMailboxesTime_isNotFound() {
        long since = ScriptedGmail.SINCE.toEpochMilli();
        String raw = "\"raw\":\"" + RAW + "\"";
        gmail.answer(
                Answer.json("{\"internalDate\":\"" + (since - 1) + "\"," + raw + "}"),
                Answer.json("{" + raw + ",\"internalDate\":\"" + (since - 1) + "\"}"),
                Answer.json("{\"internalDate\":\"" + since + "\"," + raw + "}"));
        assertInstanceOf(FetchResult.NotFound.class, gmail.fetch());
        assertInstanceOf(FetchResult.NotFound.class, gmail.fetch());
        fetched().close();
    }

    @Test
    @DisplayName("an answer that ends anywhere is a message that broke off")
    void fetch_truncatedAnywhere_isRepeated() {
        String whole = "{\"labelIds\":[\"INBOX\"],\"x\":{\"y\":[1]},\"raw\":\"" + RAW
                + "\",\"internalDate\":\"1793527200000\"}";
        for (int end = 1; end < whole.length(); end++) {
            gmail.answer(Answer.json(whole.substring(0, end)));
            assertEquals(FailureCode.SOURCE_UNREACHABLE, failure(gmail.fetch()).code(), whole.substring(0, end));
        }
    }

    @Test
    void fetch_connectionThatBreaksOff_isRepeated() {
        byte[] half = ("{\"raw\":\"" + RAW).getBytes(StandardCharsets.UTF_8);
        gmail.answer(new Answer(200, Map.of(), () -> new ByteArrayInputStream(half), 10_000));
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failure(gmail.fetch()).code());
    }

    @ParameterizedTest
    @DisplayName("what is no message, or not Base64, is Gmail's error, and none of it is repeated")
    @ValueSource(
            strings = {
                "",
                "null",
                "17",
                "[]",
                "\"a subject\"",
                "<html>a subject</html>",
                "{a subject}",
                "{}",
                "{\"labelIds\":[\"INBOX\"]}",
                "{\"raw\":\"\"}",
                "{\"raw\":null}",
                "{\"raw\":17}",
                "{\"raw\":true}",
                "{\"raw\":{\"x\":1}}",
                "{\"raw\":[\"QUJD\"]}",
                "{\"raw\":\"a subject!\"}",
                "{\"raw\":\"QUJ*\"}",
                "{\"raw\":\"QUJDR\"}",
                "{\"raw\":\"QUI=QUJD!\"}",
                "{\"raw\":\"++//\"}",
                "{\"raw\":\"QUJD\",\"raw\":\"QUJD\"}",
                "{\"raw\":\"QUJD\"]",
                "{\"raw\" \"QUJD\"}"
            })
    void fetch_whatIsNoMessage_isAnError(String body) {
        gmail.answer(Answer.json(body));
        assertOfGmail(failure(gmail.fetch()));
    }

    @Test
    void fetch_notBase64_isSaid() {
        gmail.answer(raw("QUJD*"));
        assertEquals(
                "Gmail answered a message that is not Base64",
                failure(gmail.fetch()).detail());
    }

    @Test
    void fetch_textsBeyondBounds_areNotHeld() {
        String endless = "x".repeat(200_000);
        gmail.answer(
                Answer.json("{\"labelIds\":[\"" + endless + "\"],\"raw\":\"" + RAW + "\"}"),
                Answer.json("{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + ",\"raw\":\"" + RAW + "\"}"),
                Answer.json("{\"snippet\":\"" + endless + "\",\"raw\":\"" + RAW + "\"}"));
        assertOfGmail(failure(gmail.fetch()));
        assertOfGmail(failure(gmail.fetch()));
        fetched().close();
    }

    @ParameterizedTest
    @DisplayName("larger than the mailbox allows, whatever Gmail estimates")
    @CsvSource({"600000, 500000", "600000, 599999", "10, 9"})
    void fetch_largerThanTheMailboxAllows_isTooLarge(int size, long allowed) {
        byte[] mime = new byte[size];
        gmail.answer(ScriptedGmail.message("", mime), raw(Base64.getUrlEncoder().encodeToString(mime)));
        for (int i = 0; i < 2; i++) {
            Failure failure = failure(
                    gmail.fetch(ScriptedGmail.mailbox("small", ScriptedGmail.USER, new MailboxLimits(2, allowed))));
            assertEquals(FailureCode.MESSAGE_TOO_LARGE, failure.code());
            assertEquals("the message has more bytes than the mailbox allows: " + allowed, failure.detail());
        }
        gmail.answer(ScriptedGmail.message("", mime));
        assertInstanceOf(
                        FetchResult.Fetched.class,
                        gmail.fetch(
                                ScriptedGmail.mailbox("exact", ScriptedGmail.USER, new MailboxLimits(2, (long) size))))
                .discard();
    }

    @Test
    @DisplayName("401 for a token that was kept: a new one, once")
    void fetch_401Once_isRepeatedWithANewToken() {
        gmail.answer(ScriptedGmail.MESSAGE, ScriptedGmail.error(401, "authError"), ScriptedGmail.MESSAGE);
        fetched().close();
        fetched().close();
        assertEquals(2, gmail.tokens.requests().size());
        assertFalse(gmail.asked()
                .get(1)
                .header("Authorization")
                .equals(gmail.asked().get(2).header("Authorization")));
    }

    @Test
    @DisplayName("401 twice is for the tenant to mend: the mailbox parks")
    void fetch_401Twice_isRefused() {
        gmail.answer(
                ScriptedGmail.MESSAGE, ScriptedGmail.error(401, "authError"), ScriptedGmail.error(401, "authError"));
        fetched().close();
        Failure failure = failure(gmail.fetch());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertEquals("Gmail does not take the token (401 authError)", failure.detail());
        assertEquals(3, gmail.asked().size());
    }

    private RawMail fetched() {
        return assertInstanceOf(FetchResult.Fetched.class, gmail.fetch()).mail();
    }

    private static Answer raw(String raw) {
        return Answer.json("{\"raw\":\"" + raw + "\"}");
    }

    private static void assertOfGmail(Failure failure) {
        assertTrue(
                List.of(FailureCode.SOURCE_ERROR, FailureCode.SOURCE_UNREACHABLE)
                        .contains(failure.code()),
                failure.toString());
    }

    private static Failure failure(FetchResult result) {
        Failure failure = assertInstanceOf(FetchResult.Failed.class, result).failure();
        assertFalse(failure.detail().contains("a subject"), failure.detail());
        return failure;
    }
}
