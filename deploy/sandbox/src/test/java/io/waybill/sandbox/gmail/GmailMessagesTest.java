package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.encode;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static io.waybill.sandbox.gmail.GmailFixture.message;
import static io.waybill.sandbox.gmail.GmailFixture.texts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GmailMessagesTest {
    private static final String LIST = "gmail/v1/users/me/messages";

    private GmailFixture fixture;
    private GmailServer gmail;

    @BeforeEach
    void start() throws Exception {
        fixture = new GmailFixture();
        gmail = fixture.gmail;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void raw_isTheMailAsItCame() throws Exception {
        byte[] large = new byte[3_000_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) i;
        }
        String id = gmail.deliver(USER, large);
        JsonNode json = fixture.get(message(id) + "?format=raw").json();

        assertTrue(id.matches("[0-9a-f]{16}"), id);
        assertTrue(json.get("raw").asText().contains("_"));
        assertArrayEquals(large, Base64.getUrlDecoder().decode(json.get("raw").asText()));
        assertEquals(3_000_000, json.get("sizeEstimate").asInt());
    }

    @Test
    void minimal_isAllButTheContent() throws Exception {
        Instant received = Instant.parse("2026-01-01T00:00:00.123Z");
        String id = gmail.deliver(USER, mail("one"), List.of("INBOX", "STARRED"), received);
        JsonNode json = fixture.get("gmail/v1/users/" + encode(USER) + "/messages/" + id + "?format=minimal")
                .json();

        assertEquals(id, json.get("id").asText());
        assertEquals(id, json.get("threadId").asText());
        assertEquals("[\"INBOX\",\"STARRED\"]", json.get("labelIds").toString());
        assertEquals(gmail.historyId(USER), json.get("historyId").textValue());
        assertEquals(
                Long.toString(received.toEpochMilli()), json.get("internalDate").textValue());
        assertEquals("Hello one", json.get("snippet").asText());
        assertFalse(json.has("raw") || json.has("payload"));
        gmail.relabel(USER, id, List.of(), List.of("INBOX", "STARRED"));
        assertFalse(fixture.get(message(id) + "?format=minimal").json().has("labelIds"));
    }

    @Test
    void metadata_hasTheHeaderFieldsThatAreAsked() throws Exception {
        String id = gmail.deliver(USER, mail("one"));
        JsonNode all = fixture.get(message(id) + "?format=metadata").json().at("/payload/headers");
        JsonNode some = fixture.get(message(id) + "?format=metadata&metadataHeaders=message-id&metadataHeaders=Subject")
                .json()
                .at("/payload/headers");

        assertEquals(List.of("From", "To", "Subject", "Message-ID"), texts(all, "name"));
        assertEquals(List.of("Hello one", "<one@example.net>"), texts(some, "value"));
    }

    @Test
    void message_inAFormatThatIsNotThere_is400() throws Exception {
        String id = gmail.deliver(USER, mail("one"));

        assertEquals(400, fixture.get(message(id)).status());
        assertEquals(400, fixture.get(message(id) + "?format=other").status());
    }

    @Test
    void message_thatIsGoneOrNeverWas_is404() throws Exception {
        String id = gmail.deliver(USER, mail("one"));
        gmail.relabel(USER, id, List.of("TRASH"), List.of("INBOX"));
        assertEquals(200, fixture.get(message(id) + "?format=raw").status(), "the bin can be read");
        gmail.delete(USER, id);
        GmailFixture.Answer gone = fixture.get(message(id) + "?format=raw");

        assertEquals(404, gone.status());
        assertEquals(
                "{\"error\":{\"code\":404,\"message\":\"Requested entity was not found.\",\"errors\":[{\"message\":"
                        + "\"Requested entity was not found.\",\"domain\":\"global\",\"reason\":\"notFound\"}],"
                        + "\"status\":\"NOT_FOUND\"}}",
                new String(gone.raw().body(), StandardCharsets.UTF_8));
        assertEquals(
                404, fixture.get(message("18c0000000000000") + "?format=raw").status());
        assertEquals(400, fixture.get(message("not-an-id") + "?format=raw").status());
        assertFalse(gmail.relabel(USER, id, List.of("INBOX"), List.of()));
    }

    @Test
    void ids_ofAMailboxThatIsMadeAgain_areOthers() throws Exception {
        String id = gmail.deliver(USER, mail("one"));
        gmail.addUser(USER);
        assertNotEquals(id, gmail.deliver(USER, mail("one")));
        assertEquals(404, fixture.get(message(id) + "?format=raw").status());
    }

    @Test
    void answers_shareTheThread() throws Exception {
        String first = gmail.deliver(USER, mail("one"));
        byte[] answer = new String(mail("two"), StandardCharsets.US_ASCII)
                .replace("Message-ID", "References: <one@example.net>\r\nMessage-ID")
                .getBytes(StandardCharsets.US_ASCII);
        String second = gmail.deliver(USER, answer);

        assertEquals(
                first,
                fixture.get(message(second) + "?format=minimal")
                        .json()
                        .get("threadId")
                        .asText());
        JsonNode profile = fixture.get("gmail/v1/users/me/profile").json();
        assertEquals(2, profile.get("messagesTotal").asInt());
        assertEquals(1, profile.get("threadsTotal").asInt());
        assertEquals(USER, profile.get("emailAddress").asText());
        assertEquals(gmail.historyId(USER), profile.get("historyId").textValue());
    }

    @Test
    void list_sinceATime_isPagedNewestFirst() throws Exception {
        Instant base = Instant.parse("2026-01-01T00:00:00Z");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String id = gmail.deliver(USER, mail("m" + i), List.of("INBOX"), base.plusSeconds(i));
            if (i >= 2) {
                expected.addFirst(id);
            }
        }
        String query = LIST + "?labelIds=INBOX&q="
                + encode("after:" + base.plusSeconds(2).getEpochSecond()) + "&maxResults=2";
        List<String> found = new ArrayList<>();
        String token = "";
        int pages = 0;
        while (token != null) {
            JsonNode page = fixture.get(query + (token.isEmpty() ? "" : "&pageToken=" + token))
                    .json();
            found.addAll(texts(page.get("messages"), "id"));
            // What comes meanwhile must not shift the pages.
            gmail.deliver(USER, mail("new" + pages));
            token = page.path("nextPageToken").asText(null);
            pages++;
        }

        assertEquals(expected, found);
        assertEquals(3, pages);
    }

    @Test
    void list_withNothing_hasNoSuchKey() throws Exception {
        JsonNode answer = fixture.get(LIST).json();

        assertFalse(answer.has("messages") || answer.has("nextPageToken"));
        assertEquals(0, answer.get("resultSizeEstimate").asInt());
    }

    @Test
    void list_byLabelsTimeAndMessageId_isWhatFits() throws Exception {
        Instant time = Instant.parse("2026-01-01T00:00:00Z");
        String inbox = gmail.deliver(USER, mail("inbox"), List.of("INBOX", "UNREAD"), time);
        String read = gmail.deliver(USER, mail("read"), List.of("INBOX"), time.minusSeconds(1));
        String sent = gmail.deliver(USER, mail("sent"), List.of("SENT"), time.minusSeconds(2));
        String spam = gmail.deliver(USER, mail("spam"), List.of("SPAM"), time.minusSeconds(3));

        assertEquals(List.of(inbox, read, sent), ids(""));
        assertEquals(List.of(inbox, read, sent, spam), ids("?includeSpamTrash=true"));
        assertEquals(List.of(spam), ids("?labelIds=SPAM"));
        assertEquals(List.of(inbox), ids("?labelIds=INBOX&labelIds=UNREAD"));
        assertEquals(
                List.of(read),
                ids("?q=" + encode("after:" + (time.getEpochSecond() - 1) + " before:" + time.getEpochSecond())));
        assertEquals(List.of(sent), ids("?q=" + encode("rfc822msgid:<sent@example.net>")));
        assertEquals(List.of(sent), ids("?q=" + encode("rfc822msgid:sent@example.net")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"q=after:2026/01/01", "q=from:ann", "maxResults=0", "pageToken=x", "pageToken=%25"})
    void list_byWhatIsNotEmulated_is400(String query) throws Exception {
        assertEquals(400, fixture.get(LIST + "?" + query).status());
    }

    @Test
    void mailbox_ofAnotherThanTheTokens_isRefused() throws Exception {
        gmail.addUser("other@example.com");
        GmailFixture.Answer answer = fixture.get("gmail/v1/users/other@example.com/profile");

        assertEquals(403, answer.status());
        assertEquals("forbidden", answer.reason());
        assertEquals("Delegation denied for " + USER, answer.message());
        assertEquals(
                "other@example.com",
                as("other@example.com", GmailServer.SCOPE, "gmail/v1/users/me/profile")
                        .json()
                        .get("emailAddress")
                        .asText());
        assertEquals(
                200, fixture.get("gmail/v1/users/Support@Example.com/profile").status());
    }

    @Test
    void mailbox_thatIsNotThereOrDenied_isRefusedForThatReason() throws Exception {
        GmailFixture.Answer nobody = as("nobody@example.com", GmailServer.SCOPE, "gmail/v1/users/me/profile");
        assertEquals(400, nobody.status());
        assertEquals("failedPrecondition", nobody.reason());
        assertEquals("FAILED_PRECONDITION", nobody.json().at("/error/status").asText());
        gmail.denyUser(USER);
        GmailFixture.Answer denied = fixture.get("gmail/v1/users/me/profile");
        assertEquals(403, denied.status());
        assertEquals("domainPolicy", denied.reason());
        gmail.allowUser(USER);
        assertEquals(200, fixture.get("gmail/v1/users/me/profile").status());
        fixture.watch();
        gmail.removeUser(USER);
        assertEquals(
                "failedPrecondition", fixture.get("gmail/v1/users/me/profile").reason());
        assertEquals(List.of(), gmail.watches());
    }

    @Test
    void scope_decidesHowFarATokenGoes() throws Exception {
        String id = gmail.deliver(USER, mail("one"));
        String metadata = "https://www.googleapis.com/auth/gmail.metadata";

        assertEquals(
                "insufficientPermissions",
                as(USER, "https://www.googleapis.com/auth/calendar", "gmail/v1/users/me/profile")
                        .reason());
        assertEquals(403, as(USER, metadata, message(id) + "?format=raw").status());
        assertEquals(403, as(USER, metadata, LIST + "?q=after:1").status());
        assertEquals(200, as(USER, metadata, LIST).status());
        assertEquals(200, as(USER, metadata, message(id) + "?format=metadata").status());
        assertEquals(
                200,
                as(USER, metadata + " https://mail.google.com/", message(id) + "?format=raw")
                        .status());
    }

    @Test
    void token_thatIsUnknownRevokedOrMissing_is401() throws Exception {
        fixture.tokens.revokeAll();
        GmailFixture.Answer revoked = fixture.get("gmail/v1/users/me/profile");
        GmailFixture.Answer missing =
                fixture.send(HttpRequest.newBuilder(gmail.url().resolve("gmail/v1/users/me/profile"))
                        .build());

        for (GmailFixture.Answer answer : List.of(revoked, missing)) {
            assertEquals(401, answer.status());
            assertEquals("authError", answer.reason());
            assertEquals("UNAUTHENTICATED", answer.json().at("/error/status").asText());
            assertTrue(answer.raw().headers().firstValue("WWW-Authenticate").isPresent());
        }
        assertEquals(2, gmail.refused(401));
    }

    @Test
    void call_thatIsNotEmulated_is404() throws Exception {
        assertEquals(404, fixture.get("gmail/v1/users/me/threads").status());
        assertEquals(1, gmail.calls(GmailCall.OTHER));
    }

    private List<String> ids(String query) throws Exception {
        return texts(fixture.get(LIST + query).json().path("messages"), "id");
    }

    private GmailFixture.Answer as(String subject, String scope, String path) throws Exception {
        return fixture.send(fixture.request(path, fixture.token(subject, scope)).build());
    }
}
