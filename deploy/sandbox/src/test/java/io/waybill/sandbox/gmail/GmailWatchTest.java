package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.TOPIC;
import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.await;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GmailWatchTest {
    private static final String WATCH = "gmail/v1/users/me/watch";

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
    void watch_answersInTextsAndIsToldAtOnce() throws Exception {
        Instant before = Instant.now();
        GmailFixture.Answer answer = fixture.post(WATCH, watching("\"INBOX\""));

        assertEquals(200, answer.status());
        assertTrue(answer.json().get("historyId").isTextual());
        assertEquals(gmail.historyId(USER), answer.json().get("historyId").asText());
        Instant expiration = Instant.ofEpochMilli(
                Long.parseLong(answer.json().get("expiration").textValue()));
        assertFalse(expiration.isBefore(before.plus(Duration.ofDays(7)).minusMillis(1)));
        assertFalse(expiration.isAfter(Instant.now().plus(Duration.ofDays(7))));
        await().until(() -> fixture.listener.historyIds().equals(List.of(gmail.historyId(USER))));
        assertEquals(
                List.of(new GmailWatch(USER, TOPIC, List.of("INBOX"), false, expiration)),
                gmail.watches().stream()
                        .map(each -> new GmailWatch(
                                each.address(), each.topic(), each.labels(), each.excluding(), expiration))
                        .toList());
    }

    @Test
    void watch_again_replacesTheOneBefore() throws Exception {
        fixture.watch();
        fixture.post(WATCH, watching("\"SENT\""));

        assertEquals(1, gmail.watches().size());
        assertEquals(List.of("SENT"), gmail.watches().getFirst().labels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"projects/other/topics/gmail", "gmail", "projects/acme-mail/topics/x", ""})
    void watch_ofATopicOfAnotherProjectOrOfNone_is400(String topic) throws Exception {
        GmailFixture.Answer answer = fixture.post(WATCH, "{\"topicName\":\"" + topic + "\"}");

        assertEquals(400, answer.status());
        assertEquals("invalidArgument", answer.reason());
        assertEquals("Invalid topicName does not match projects/acme-mail/topics/*", answer.message());
        assertEquals(List.of(), gmail.watches());
    }

    @Test
    void watch_ofATopicThatIsNotThere_is404() throws Exception {
        GmailFixture.Answer answer = fixture.post(WATCH, "{\"topicName\":\"projects/acme-mail/topics/other\"}");
        assertEquals(404, answer.status());
        assertTrue(answer.message().endsWith("Resource not found (resource=other)."), answer.message());
        gmail.addTopic("projects/acme-mail/topics/other");

        assertEquals(
                200,
                fixture.post(WATCH, "{\"topicName\":\"projects/acme-mail/topics/other\"}")
                        .status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"topicName\":\"" + TOPIC + "\",\"labelIds\":[1]}",
                "{\"topicName\":\"" + TOPIC + "\",\"labelFilterBehavior\":\"some\"}"
            })
    void watch_garbled_is400(String body) throws Exception {
        assertEquals(400, fixture.post(WATCH, body).status());
    }

    @Test
    void watch_ofALabel_isToldOfNothingElse() throws Exception {
        fixture.watch();
        gmail.deliver(USER, mail("spam"), List.of("SPAM"));
        String rescued = gmail.deliver(USER, mail("rescued"), List.of("SPAM"));
        assertEquals(1, gmail.pushes(PushFate.OWED), "watching itself");
        gmail.relabel(USER, rescued, List.of("INBOX"), List.of("SPAM"));
        assertEquals(2, gmail.pushes(PushFate.OWED));
        gmail.relabel(USER, rescued, List.of("INBOX"), List.of("SPAM"));
        assertEquals(2, gmail.pushes(PushFate.OWED), "nothing changed");
        gmail.relabel(USER, rescued, List.of(), List.of("INBOX"));
        assertEquals(3, gmail.pushes(PushFate.OWED));
        gmail.delete(USER, rescued);
        assertEquals(3, gmail.pushes(PushFate.OWED), "it was in the archive");
    }

    @Test
    void watch_ofAllButALabel_isToldOfTheRest() throws Exception {
        fixture.post(WATCH, watching("\"CHAT\",\"SPAM\"").replace("}", ",\"labelFilterBehavior\":\"exclude\"}"));
        gmail.deliver(USER, mail("chat"), List.of("CHAT"));
        assertEquals(1, gmail.pushes(PushFate.OWED));
        gmail.deliver(USER, mail("archived"), List.of());
        assertEquals(2, gmail.pushes(PushFate.OWED));
    }

    @Test
    void watch_ofEverything_isToldOfADraft() throws Exception {
        fixture.post(WATCH, "{\"topicName\":\"" + TOPIC + "\"}");
        gmail.deliver(USER, mail("draft"), List.of("DRAFT"));

        assertEquals(2, gmail.pushes(PushFate.OWED));
    }

    @Test
    void watch_thatExpiredOrWasStoppedOrRemoved_isToldNothing() throws Exception {
        fixture.watch();
        gmail.advance(Duration.ofDays(7).plusSeconds(1));
        gmail.deliver(USER, mail("late"));
        assertEquals(1, gmail.pushes(PushFate.OWED));
        fixture.watch();
        GmailFixture.Answer stopped = fixture.post("gmail/v1/users/" + USER + "/stop", "");
        assertEquals(204, stopped.status());
        assertEquals(0, stopped.raw().body().length);
        gmail.deliver(USER, mail("stopped"));
        assertEquals(2, gmail.pushes(PushFate.OWED));
        assertEquals(204, fixture.post("gmail/v1/users/me/stop", "").status(), "there is none");
        fixture.watch();
        assertTrue(gmail.removeWatches(USER));
        gmail.deliver(USER, mail("removed"));
        assertEquals(3, gmail.pushes(PushFate.OWED));
        assertFalse(gmail.removeWatches(USER));
    }

    @Test
    void watch_ofTwoProjects_areTwo() throws Exception {
        fixture.watch();
        gmail.addTopic("projects/globex/topics/gmail");
        int status = fixture.send(fixture.request(WATCH, fixture.tokenOfProject("globex"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"topicName\":\"projects/globex/topics/gmail\"}"))
                        .build())
                .status();

        assertEquals(200, status);
        assertEquals(2, gmail.watches().size());
        fixture.post("gmail/v1/users/me/stop", "");
        assertEquals("projects/globex/topics/gmail", gmail.watches().getFirst().topic());
    }

    private static String watching(String labels) {
        return "{\"topicName\":\"" + TOPIC + "\",\"labelIds\":[" + labels + "]}";
    }
}
