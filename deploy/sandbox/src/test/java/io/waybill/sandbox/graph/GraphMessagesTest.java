package io.waybill.sandbox.graph;

import static io.waybill.sandbox.graph.GraphFixture.IMMUTABLE;
import static io.waybill.sandbox.graph.GraphFixture.USER;
import static io.waybill.sandbox.graph.GraphFixture.await;
import static io.waybill.sandbox.graph.GraphFixture.encode;
import static io.waybill.sandbox.graph.GraphFixture.mail;
import static io.waybill.sandbox.graph.GraphFixture.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GraphMessagesTest {
    private static final String INBOX = "v1.0/users/" + USER + "/mailFolders/inbox/messages";

    private GraphFixture fixture;
    private GraphServer graph;

    @BeforeEach
    void start() throws Exception {
        fixture = new GraphFixture();
        graph = fixture.graph;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void value_isTheMailAsItCame() throws Exception {
        byte[] large = new byte[3_000_000];
        String id = graph.deliver(USER, large);

        assertArrayEquals(
                large, fixture.get(message(id) + "/$value", IMMUTABLE).raw().body());
        assertEquals(1, graph.calls(GraphCall.GET_MIME));
    }

    @Test
    void message_selected_hasThosePropertiesAndItsId() throws Exception {
        String id = graph.deliver(USER, mail("one"));
        JsonNode json = fixture.get(
                        message(encode(id))
                                + "?$select=internetMessageId,subject,from,parentFolderId,receivedDateTime,isDraft",
                        "respond-async, " + IMMUTABLE)
                .json();

        assertEquals(id, json.get("id").asText());
        assertEquals("<one@example.net>", json.get("internetMessageId").asText());
        assertEquals("Grüße one", json.get("subject").asText());
        assertEquals(
                "ann@example.net",
                json.get("from").get("emailAddress").get("address").asText());
        assertFalse(json.get("isDraft").asBoolean());
        assertFalse(json.has("toRecipients"));
        assertEquals(
                400, fixture.get(message(id) + "?$select=colour", IMMUTABLE).status());
    }

    @Test
    void move_keepsTheImmutableIdAlone() throws Exception {
        String id = graph.deliver(USER, mail("one"));
        String before = fixture.get(INBOX).json().get("value").get(0).get("id").asText();
        assertEquals(200, fixture.get(message(before)).status());
        graph.move(USER, id, "archive");

        assertEquals(200, fixture.get(message(id), IMMUTABLE).status());
        assertEquals("ErrorItemNotFound", fixture.get(message(before)).code());
        assertEquals("ErrorInvalidIdMalformed", fixture.get(message(id)).code(), "without the header");
        assertEquals(0, fixture.get(INBOX).json().get("value").size());
    }

    @Test
    void errors_areGraphs() throws Exception {
        String id = graph.deliver(USER, mail("one"));
        assertEquals(
                "ErrorInvalidIdMalformed", fixture.get(message("x"), IMMUTABLE).code());
        graph.delete(USER, id);
        assertEquals("ErrorItemNotFound", fixture.get(message(id), IMMUTABLE).code());
        graph.denyUser(USER);
        assertEquals(403, fixture.get(message(id), IMMUTABLE).status());
        graph.allowUser(USER);
        graph.addUser(USER, GraphFixture.MAIL);
        assertFalse(id.equals(graph.deliver(USER, mail("other"))), "ids do not come back");
        graph.removeUser(USER);
        assertEquals("ErrorInvalidUser", fixture.get(message(id), IMMUTABLE).code());
        assertEquals(400, fixture.get("v1.0/me/messages").status());
        assertEquals(400, fixture.get("beta/users/" + USER).status());
    }

    @Test
    void token_thatIsUnknownRevokedOrMissing_is401() throws Exception {
        fixture.tokens.revokeAll();
        GraphFixture.Answer revoked = fixture.get("v1.0/users/" + USER);
        GraphFixture.Answer missing = fixture.send(fixture.request("v1.0/users/" + USER)
                .setHeader("Authorization", "Basic YTpi")
                .build());

        for (GraphFixture.Answer answer : List.of(revoked, missing)) {
            assertEquals(401, answer.status());
            assertEquals("InvalidAuthenticationToken", answer.code());
            assertTrue(answer.json().path("error").path("innerError").has("request-id"));
        }
    }

    @Test
    void user_isFoundByIdAndByMail() throws Exception {
        assertEquals(
                GraphFixture.MAIL,
                fixture.get("v1.0/users/" + USER).json().get("mail").asText());
        assertEquals(
                USER,
                fixture.get("v1.0/users/" + GraphFixture.MAIL).json().get("id").asText());
    }

    @Test
    void folder_sinceATime_isPagedInOrder() throws Exception {
        Instant base = Instant.parse("2026-01-01T00:00:00Z");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String id = graph.deliver(USER, "inbox", mail("m" + i), base.plus(Duration.ofHours(i)));
            if (i >= 2) {
                expected.add(id);
            }
        }
        String link = INBOX + "?$filter=receivedDateTime%20ge%202026-01-01T02:00:00Z&$orderby=receivedDateTime"
                + "&$select=id&$top=2";
        List<String> found = new ArrayList<>();
        int pages = 0;
        while (link != null) {
            JsonNode page = fixture.get(link, IMMUTABLE).json();
            page.get("value").forEach(each -> found.add(each.get("id").asText()));
            link = page.path("@odata.nextLink").asText(null);
            pages++;
        }

        assertEquals(expected, found);
        assertEquals(3, pages);
        assertEquals(400, fixture.get(INBOX + "?$filter=isRead%20eq%20true").status());
        assertEquals(404, fixture.get(INBOX.replace("inbox", "nowhere")).status());
    }

    @Test
    void messages_byMessageId_areFoundInAllFolders() throws Exception {
        graph.deliver(USER, mail("one"));
        String id = graph.deliver(USER, "archive", mail("o'two+2"));
        String filter = encode("internetMessageId eq '<o''two+2@example.net>'");
        JsonNode found = fixture.get("v1.0/users/" + USER + "/messages?$filter=" + filter, IMMUTABLE)
                .json()
                .get("value");

        assertEquals(1, found.size());
        assertEquals(id, found.get(0).get("id").asText());
    }

    @Test
    void message_notYetVisible_is404AndThenThere() throws Exception {
        graph.faults(GraphFaults.builder().invisibleFor(Duration.ofMinutes(1)).build());
        String id = graph.deliver(USER, mail("one"));
        assertEquals("ErrorItemNotFound", fixture.get(message(id), IMMUTABLE).code());
        assertEquals(0, fixture.get(INBOX).json().get("value").size());
        graph.advance(Duration.ofMinutes(1));

        await().until(() -> fixture.get(message(id), IMMUTABLE).status() == 200);
    }
}
