package io.waybill.sandbox.graph;

import static io.waybill.sandbox.graph.GraphFixture.USER;
import static io.waybill.sandbox.graph.GraphFixture.await;
import static io.waybill.sandbox.graph.GraphFixture.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GraphNotificationsTest {
    private GraphFixture fixture;
    private Listener listener;

    private GraphServer start(GraphSettings settings) throws Exception {
        fixture = new GraphFixture(settings);
        listener = fixture.listener;
        return fixture.graph;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void deliver_intoTheInbox_isNotifiedInGraphsForm() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        String subscription = fixture.subscribe();
        String id = graph.deliver(USER, mail("one"));
        graph.deliver(USER, "archive", mail("elsewhere"));
        await().until(() -> !listener.items().isEmpty());

        JsonNode item = listener.items().getFirst();
        assertEquals(subscription, item.get("subscriptionId").asText());
        assertEquals("s3cret", item.get("clientState").asText());
        assertEquals("created", item.get("changeType").asText());
        assertEquals("contoso.example", item.get("tenantId").asText());
        assertEquals(id, item.get("resourceData").get("id").asText());
        assertTrue(item.get("resource").asText().endsWith(id));
        assertTrue(
                OffsetDateTime.parse(item.get("subscriptionExpirationDateTime").asText())
                        .toInstant()
                        .isAfter(Instant.now()));
        assertEquals(1, graph.notifications(NotificationFate.OWED));
    }

    @Test
    void deliver_toASubscriberOfOtherIds_carriesThem() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        fixture.call("POST", "v1.0/subscriptions", fixture.subscription());
        String id = graph.deliver(USER, mail("one"));
        await().until(() -> !listener.ids().isEmpty());

        String other = listener.ids().getFirst();
        assertFalse(other.equals(id));
        assertEquals(200, fixture.get(GraphFixture.message(other)).status());
    }

    @Test
    void deliver_toSubscribersOfTwoTenants_namesToEachItsOwn() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        fixture.tokens.addApp("globex.example", "app-1", "swordfish");
        String contoso = fixture.subscribe();
        String globex = fixture.send(fixture.request("v1.0/subscriptions")
                        .setHeader("Authorization", "Bearer " + fixture.token("globex.example", "app-1"))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                fixture.subscription().toString()))
                        .build())
                .json()
                .get("id")
                .asText();
        graph.deliver(USER, mail("one"));
        await().until(() -> listener.items().size() == 2);

        Map<String, String> tenants = listener.items().stream()
                .collect(Collectors.toMap(
                        item -> item.get("subscriptionId").asText(),
                        item -> item.get("tenantId").asText()));
        assertEquals(Map.of(contoso, "contoso.example", globex, "globex.example"), tenants);
    }

    @Test
    void deliver_toAnEndpointThatFails_isRepeatedWholeUntilItIsTaken() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        fixture.subscribe();
        listener.status = 503;
        String id = graph.deliver(USER, mail("one"));
        await().until(() -> listener.posts().size() >= 3);
        listener.status = 202;
        await().until(() -> graph.notifications(NotificationFate.DELIVERED) == 1);

        assertEquals(Set.of(id), new HashSet<>(listener.ids()));
        assertEquals(listener.posts().size() - 1, graph.notifications(NotificationFate.RETRIED));
    }

    @Test
    void deliver_toAnEndpointThatFailsForTooLong_isGivenUp() throws Exception {
        GraphServer graph = start(GraphSettings.defaults()
                .with(GraphSettings.Delivery.defaults()
                        .retrying(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(2))));
        fixture.subscribe();
        listener.status = 401;
        graph.deliver(USER, mail("one"));
        await().until(() -> graph.notifications(NotificationFate.LOST) == 1);

        assertTrue(listener.posts().size() > 1);
    }

    @Test
    void deliver_whileOthersWait_sharesAPost() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        fixture.subscribe();
        listener.status = 500;
        for (int i = 0; i < 200; i++) {
            graph.deliver(USER, mail("m" + i));
        }
        listener.status = 202;
        await().until(() -> graph.notifications(NotificationFate.DELIVERED) == 200);

        assertTrue(listener.posts().stream().anyMatch(post -> post.get("value").size() > 1));
        assertEquals(200, new HashSet<>(listener.ids()).size());
    }

    @Test
    void faults_dropDoubleAndReorder() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        fixture.subscribe();
        graph.faults(GraphFaults.builder()
                .dropped(0.2)
                .duplicated(0.3)
                .reordered(0.3)
                .build());
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add(graph.deliver(USER, mail("m" + i)));
        }
        long dropped = graph.notifications(NotificationFate.DROPPED);
        long duplicated = graph.notifications(NotificationFate.DUPLICATED);
        await().until(() -> listener.ids().size() == 200 - dropped + duplicated);

        assertTrue(dropped > 10 && dropped < 90, "dropped " + dropped);
        assertTrue(duplicated > 10 && duplicated < 110, "duplicated " + duplicated);
        Set<String> distinct = new HashSet<>(listener.ids());
        assertEquals(200 - dropped, distinct.size());
        sent.retainAll(distinct);
        assertFalse(sent.equals(listener.ids().stream().distinct().toList()), "some have overtaken others");
    }

    @Test
    void endpoint_thatIsTooSlowTooOften_isDroppedAndThenToldThatItMissed() throws Exception {
        GraphServer graph = start(GraphSettings.defaults()
                .with(GraphSettings.Delivery.defaults()
                        .answeredWithin(Duration.ofSeconds(2))
                        .retrying(Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMillis(100)))
                .with(new GraphSettings.Health(
                        1, Duration.ofMinutes(1), 0.1, 0.15, Duration.ZERO, Duration.ofMillis(300))));
        fixture.subscribe();
        listener.silent = true;
        graph.deliver(USER, mail("late"));
        await().until(() -> graph.notifications(NotificationFate.LOST) == 1);
        listener.silent = false;
        graph.deliver(USER, mail("missed"));
        assertEquals(1, graph.notifications(NotificationFate.MISSED));
        await().until(() -> listener.events().contains("missed"));

        String id = graph.deliver(USER, mail("heard"));
        await().until(() -> listener.ids().contains(id));
    }

    @Test
    void endpoint_thatIsSlowABitTooOften_isToldLater() throws Exception {
        GraphServer graph = start(GraphSettings.defaults()
                .with(GraphSettings.Delivery.defaults()
                        .answeredWithin(Duration.ofSeconds(2))
                        .retrying(Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMillis(100)))
                .with(new GraphSettings.Health(
                        1, Duration.ofMinutes(1), 0.1, 1.0, Duration.ofMillis(400), Duration.ofMillis(300))));
        fixture.subscribe();
        listener.silent = true;
        graph.deliver(USER, mail("late"));
        await().until(() -> graph.notifications(NotificationFate.LOST) == 1);
        listener.silent = false;
        long start = System.nanoTime();
        String id = graph.deliver(USER, mail("delayed"));
        await().until(() -> listener.ids().contains(id));

        assertTrue(System.nanoTime() - start >= Duration.ofMillis(400).toNanos());
    }

    @Test
    void lifecycle_eachEvent_isSentAndDone() throws Exception {
        GraphServer graph = start(GraphSettings.defaults()
                .with(GraphSettings.Delivery.defaults().reauthorizingEvery(Duration.ofMillis(100))));
        String id = fixture.subscribe();
        String path = "v1.0/subscriptions/" + id;
        assertTrue(graph.lifecycle(id, LifecycleEvent.MISSED));
        await().until(() -> listener.events().contains("missed"));
        graph.lifecycle(id, LifecycleEvent.REAUTHORIZATION_REQUIRED);
        // It is asked again, and what comes meanwhile is lost.
        await().until(() -> listener.events().size() >= 3);
        graph.deliver(USER, mail("withheld"));
        assertEquals(1, graph.notifications(NotificationFate.WITHHELD));
        fixture.call("POST", path + "/reauthorize", null);
        String heard = graph.deliver(USER, mail("heard"));
        await().until(() -> listener.ids().contains(heard));
        graph.lifecycle(id, LifecycleEvent.SUBSCRIPTION_REMOVED);
        await().until(() -> listener.events().contains("subscriptionRemoved"));

        assertEquals(404, fixture.get(path).status());
        JsonNode event = listener.items().getFirst();
        assertEquals("s3cret", event.get("clientState").asText());
        assertEquals("contoso.example", event.get("tenantId").asText());
        assertFalse(event.has("resource") || event.has("changeType"));
    }

    @Test
    void subscription_thatExpired_isToldNothing() throws Exception {
        GraphServer graph = start(GraphFixture.quick());
        fixture.subscribe();
        graph.advance(Duration.ofDays(3));
        graph.deliver(USER, mail("one"));

        assertEquals(0, graph.notifications(NotificationFate.OWED));
    }
}
