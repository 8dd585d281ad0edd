package io.waybill.sandbox.gmail;

import static io.waybill.sandbox.gmail.GmailFixture.SUBSCRIPTION;
import static io.waybill.sandbox.gmail.GmailFixture.TOPIC;
import static io.waybill.sandbox.gmail.GmailFixture.USER;
import static io.waybill.sandbox.gmail.GmailFixture.await;
import static io.waybill.sandbox.gmail.GmailFixture.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GmailPushTest {

    private GmailFixture fixture;
    private PushListener listener;

    private GmailServer start(GmailSettings settings) throws Exception {
        fixture = new GmailFixture(settings);
        listener = fixture.listener;
        return fixture.gmail;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void push_first_isAsARealOneWas() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        gmail.addUser(USER, 1_006_196);
        fixture.watch();
        await().until(() -> !listener.pushes().isEmpty());

        PushListener.Push push = listener.pushes().getFirst();
        assertEquals(
                "eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjoxMDA2MTk2fQ==", push.encoded());
        assertEquals("/push?k=abc", push.pathAndQuery());
        assertEquals("application/json", push.headers().getFirst("Content-Type"));
        assertEquals("noreply@google.com", push.headers().getFirst("From"));
        assertTrue(push.headers().getFirst("User-Agent").startsWith("APIs-Google;"));
        assertTrue(push.text().endsWith("}\n"));
        assertEquals(SUBSCRIPTION, push.json().get("subscription").asText());
        assertEquals(Set.of("message", "subscription"), names(push.json()));
        JsonNode message = push.json().get("message");
        assertEquals(Set.of("data", "messageId", "message_id", "publishTime", "publish_time"), names(message));
        assertTrue(push.id().matches("[0-9]{16}"), push.id());
        assertEquals(push.id(), message.get("message_id").asText());
        assertEquals(
                message.get("publishTime").asText(), message.get("publish_time").asText());
        assertTrue(message.get("publishTime").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
        assertFalse(Instant.parse(message.get("publishTime").asText()).isAfter(Instant.now()));
    }

    @Test
    void pushes_comeInEverySpelling() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        // Both letters in which the alphabets differ.
        String address = "m\u00fc??ller+t~~@example.com";
        gmail.addUser(address, 42);
        List<String> expected = new ArrayList<>();
        fixture.send(fixture.request("gmail/v1/users/me/watch", fixture.token(address, GmailServer.SCOPE))
                .POST(HttpRequest.BodyPublishers.ofString("{\"topicName\":\"" + TOPIC + "\"}"))
                .build());
        expected.add(gmail.historyId(address));
        for (int i = 1; i < 16; i++) {
            gmail.deliver(address, mail("m" + i));
            expected.add(gmail.historyId(address));
        }
        await().until(() -> listener.pushes().size() == 16);

        List<String> datas =
                listener.pushes().stream().map(PushListener.Push::data).toList();
        assertTrue(datas.stream().allMatch(data -> data.contains(address)));
        assertEquals(Set.copyOf(expected), Set.copyOf(listener.historyIds()));
        assertTrue(datas.contains("{\"emailAddress\":\"" + address + "\",\"historyId\":42}"));
        assertTrue(
                datas.contains("{\"emailAddress\": \"" + address + "\", \"historyId\": \"" + expected.get(1) + "\"}"));
        assertTrue(listener.pushes().stream()
                .map(PushListener.Push::encoded)
                .anyMatch("eyJlbWFpbEFkZHJlc3MiOiJtw7w/P2xsZXIrdH5+QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjo0Mn0="::equals));
        assertTrue(encoded().stream().anyMatch(each -> each.contains("-") && each.contains("_")));
        assertTrue(encoded().stream().anyMatch(each -> each.contains("+") && each.contains("/")));
        assertTrue(encoded().stream().anyMatch(each -> each.endsWith("=")));
        assertTrue(encoded().stream().anyMatch(each -> each.length() % 4 != 0));
        assertTrue(listener.pushes().stream().anyMatch(push -> push.text().endsWith("}")));
        assertTrue(listener.pushes().stream()
                .anyMatch(push -> push.json().get("message").path("attributes").isObject()));
    }

    @Test
    void push_ofAnIdBeyondSigned_isUnsigned() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        gmail.addUser(USER, -1);
        fixture.watch();
        await().until(() -> !listener.pushes().isEmpty());

        assertEquals(
                "eyJlbWFpbEFkZHJlc3MiOiJzdXBwb3J0QGV4YW1wbGUuY29tIiwiaGlzdG9yeUlkIjoxODQ0Njc0NDA3MzcwOTU1MTYxNX0=",
                listener.pushes().getFirst().encoded());
    }

    @Test
    void change_isPushedToEachSubscriptionOfTheTopic() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        String second = "projects/globex/subscriptions/gmail";
        gmail.subscribe(fixture.subscription(second, "/other"));
        fixture.watch();
        gmail.deliver(USER, mail("one"));
        await().until(() -> listener.pushes().size() == 4);

        assertEquals(
                2,
                listener.pushes().stream()
                        .filter(push -> push.pathAndQuery().equals("/other"))
                        .count());
        assertTrue(gmail.unsubscribe(second));
        assertFalse(gmail.unsubscribe(second));
        gmail.deliver(USER, mail("two"));
        assertEquals(5, gmail.pushes(PushFate.OWED));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204})
    void push_thatIsAcknowledged_isNotRepeated(int status) throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        listener.answer = push -> status;
        fixture.watch();
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 1);

        assertEquals(1, gmail.pushes(PushFate.POST));
        assertEquals(0, gmail.pushes(PushFate.RETRIED));
    }

    @ParameterizedTest
    @ValueSource(ints = {203, 206, 302, 400, 401, 404, 429, 500, 503})
    void push_thatIsAnsweredOtherwise_isRepeatedUntilItIsTaken(int status) throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        listener.answer = push -> listener.pushes().size() < 4 ? status : 204;
        fixture.watch();
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 1);

        assertEquals(3, gmail.pushes(PushFate.RETRIED));
        assertEquals(1, new HashSet<>(listener.ids()).size());
        assertEquals(
                1,
                listener.pushes().stream()
                        .map(PushListener.Push::text)
                        .distinct()
                        .count());
    }

    @Test
    void push_thatIsNotAcknowledged_makesTheWholeSubscriptionWaitLongerEachTime() throws Exception {
        GmailServer gmail = start(GmailSettings.defaults()
                .with(GmailSettings.Push.defaults()
                        .retrying(Duration.ofMillis(100), Duration.ofMillis(400), Duration.ofSeconds(30))));
        // Not before the neighbour is there, however late that is: it is to wait as well.
        listener.answer =
                push -> gmail.pushes(PushFate.OWED) < 2 || listener.pushes().size() <= 3 ? 503 : 204;
        fixture.watch();
        await().until(() -> gmail.pushes(PushFate.RETRIED) >= 1);
        gmail.deliver(USER, mail("neighbour"));
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 2);

        assertEquals(2, new HashSet<>(listener.ids()).size());
        assertTrue(between(0, 1).compareTo(Duration.ofMillis(100)) >= 0, "after the first");
        assertTrue(between(2, 3).compareTo(Duration.ofMillis(400)) >= 0, "after the third");
    }

    @Test
    void push_thatIsNeverTaken_doesNotHoldUpTheRest() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        listener.answer = push -> push.data().equals("poison") ? 400 : 204;
        fixture.watch();
        gmail.publish(TOPIC, "poison".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 30; i++) {
            gmail.deliver(USER, mail("m" + i));
        }
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 31);

        assertTrue(gmail.pushes(PushFate.RETRIED) > 0);
    }

    @Test
    void push_thatIsNotTakenForTooLong_isGivenUp() throws Exception {
        GmailServer gmail = start(GmailSettings.defaults()
                .with(GmailSettings.Push.defaults()
                        .retrying(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(2))));
        listener.answer = push -> 401;
        fixture.watch();
        await().until(() -> gmail.pushes(PushFate.LOST) == 1);

        assertTrue(listener.pushes().size() > 1);
    }

    @Test
    void push_thatIsNotAnsweredInTime_isRepeated() throws Exception {
        GmailServer gmail =
                start(GmailSettings.defaults().with(GmailFixture.quickly().acknowledgedWithin(Duration.ofMillis(200))));
        listener.silent = true;
        fixture.watch();
        await().until(() -> gmail.pushes(PushFate.RETRIED) >= 1);
        listener.silent = false;
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 1);

        assertEquals(1, new HashSet<>(listener.ids()).size());
    }

    @Test
    void faults_dropDoubleAndReorder() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        fixture.watch();
        gmail.faults(GmailFaults.builder()
                .dropped(0.2)
                .duplicated(0.3)
                .reordered(0.3)
                .build());
        for (int i = 0; i < 200; i++) {
            gmail.deliver(USER, mail("m" + i));
        }
        long dropped = gmail.pushes(PushFate.DROPPED);
        long duplicated = gmail.pushes(PushFate.DUPLICATED);
        await().until(() -> listener.ids().size() == 201 - dropped + duplicated);

        assertTrue(dropped > 10 && dropped < 90, "dropped " + dropped);
        assertTrue(duplicated > 10 && duplicated < 110, "duplicated " + duplicated);
        List<String> distinct = listener.ids().stream().distinct().toList();
        assertEquals(201 - dropped, distinct.size());
        assertFalse(distinct.equals(distinct.stream().sorted().toList()), "some have overtaken others");
    }

    @Test
    void announcements_thatFollowTooSoon_areDroppedWhereItIsAsked() throws Exception {
        GmailServer gmail =
                start(GmailSettings.defaults().with(GmailFixture.quickly().announcingAtMostEvery(Duration.ofHours(1))));
        fixture.watch();
        gmail.addUser("other@example.com");
        gmail.deliver(USER, mail("one"));
        gmail.deliver(USER, mail("two"));

        assertEquals(2, gmail.pushes(PushFate.OWED), "watching itself, and the first");
        assertEquals(1, gmail.pushes(PushFate.EXCESS));
    }

    @Test
    void publish_ofAnything_isPushed() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        gmail.publish(TOPIC, new byte[] {(byte) 0xff, 0});
        gmail.publish("projects/acme-mail/topics/other", new byte[] {1});
        await().until(() -> gmail.pushes(PushFate.DELIVERED) == 1);

        assertEquals(
                Base64.getEncoder().encodeToString(new byte[] {(byte) 0xff, 0}),
                listener.pushes().getFirst().encoded());
        assertEquals(1, gmail.pushes(PushFate.OWED));
    }

    @Test
    void subscription_thatWasRemoved_isPushedNothingMore() throws Exception {
        GmailServer gmail = start(GmailFixture.quick());
        listener.answer = push -> 503;
        fixture.watch();
        await().until(() -> gmail.pushes(PushFate.RETRIED) > 0);
        gmail.unsubscribe(SUBSCRIPTION);
        assertEquals(List.of(), gmail.subscriptions());
        gmail.subscribe(fixture.subscription("projects/acme-mail/subscriptions/other", "/other"));
        gmail.deliver(USER, mail("one"));
        await().until(() -> listener.pushes().stream().filter(this::isOther).count() >= 3);

        Set<String> ids = listener.pushes().stream()
                .filter(this::isOther)
                .map(PushListener.Push::id)
                .collect(Collectors.toSet());
        assertEquals(1, ids.size(), "what the first did not take is gone with it");
    }

    private Duration between(int one, int other) {
        return Duration.ofNanos(
                listener.pushes().get(other).at() - listener.pushes().get(one).at());
    }

    private boolean isOther(PushListener.Push push) {
        return push.pathAndQuery().equals("/other");
    }

    private List<String> encoded() {
        return listener.pushes().stream().map(PushListener.Push::encoded).toList();
    }

    private static Set<String> names(JsonNode json) {
        return json.propertyStream().map(field -> field.getKey()).collect(Collectors.toSet());
    }
}
