package io.waybill.ingress.microsoft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.ingress.endpoint.FakeSender;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a well-made change notification. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MicrosoftNotificationsTest {
    private static final String SUBSCRIPTION = "c6126aa3-0ed8-412f-a988-71e6cee627c4";
    private static final ChangesPointer MISSED = new ChangesPointer(ChangesPointer.Reason.MISSED, null, null);

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private Ingress ingress;
    private Graph graph;
    private FakeSender brokers;
    private int before;

    @BeforeAll
    void start(@TempDir Path secrets) {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        ingress = Ingress.inMemory(secrets, Map.of());
        ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        graph = ingress.graph();
        brokers = ingress.bean(FakeSender.class);
    }

    @AfterAll
    void stop() {
        ingress.close();
    }

    @BeforeEach
    void acknowledge() {
        brokers.answer(_ -> FakeSender.acknowledged());
        before = brokers.count();
    }

    @Test
    @DisplayName("A01 m a valid notification becomes a pointer with tenant, mailbox and the message's identity")
    void receive_created() {
        HttpResponse<String> answer = graph.notify(mailbox, Graph.created(mailbox, "AAMkAGUwNjQ4ZjIxAAA="));

        assertEquals(202, answer.statusCode());
        assertEquals("", answer.body());
        assertEquals(List.of(new MicrosoftPointer(SUBSCRIPTION, "AAMkAGUwNjQ4ZjIxAAA=", "created")), pointers());
        PointerJob job = sent().getFirst();
        assertEquals(mailbox.key(), job.mailbox());
        assertEquals(mailbox.incarnation(), job.incarnation());
        assertEquals(JobId.of(mailbox.key(), mailbox.incarnation(), message("AAMkAGUwNjQ4ZjIxAAA=")), job.jobId());
    }

    @ParameterizedTest
    @DisplayName("A01 m, T8 a message id is taken as it is, with its case and its signs")
    @ValueSource(strings = {"AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A_x==", "aamkaguwnjq4zjixaaa=", "A", "AQMk+/0="})
    void receive_messageIds(String id) {
        assertEquals(202, graph.notify(mailbox, Graph.created(mailbox, id)).statusCode());
        assertEquals(List.of(message(id)), pointers());
    }

    @Test
    @DisplayName("A13 m the same notification again is the same job, in one request and in two")
    void receive_sameNotificationAgain() {
        String item = Graph.created(mailbox, "AAMkREPEATED=");

        assertEquals(202, graph.notify(mailbox, item, item).statusCode());
        assertEquals(1, sent().size());
        assertEquals(202, graph.notify(mailbox, item).statusCode());

        assertEquals(2, sent().size());
        assertEquals(sent().getFirst().jobId(), sent().getLast().jobId());
    }

    /** The three forms of a path that Microsoft's documentation shows, and its spellings of the type; of all of them only the id is taken. */
    @ParameterizedTest
    @DisplayName("A01 m each form that Microsoft documents is the same pointer")
    @CsvSource({
        "Users/622eaaff/Messages/AAMkPATH=, #Microsoft.Graph.Message, Users/622eaaff/Messages/AAMkPATH=",
        "users/622eaaff@84bd8158/messages/AAMkPATH=, #microsoft.graph.message, Users('622eaaff')/messages('AAMkPATH=')",
        "Users('622eaaff')/Messages('AAMkPATH='), #Microsoft.OutlookServices.Message, ../../../me",
        "https://evil.example/AAMkOTHER=, '', //evil.example/AAMkOTHER=",
    })
    void receive_documentedForms(String resource, String type, String odataId) {
        String item =
                """
                { "subscriptionId":"%s", "subscriptionExpirationDateTime":"2026-03-19T22:11:09.952Z",
                  "clientState":"%s", "changeType":"created", "resource":"%s", "tenantId":"%s",
                  "resourceData":{ "@odata.type":"%s", "@odata.id":"%s", "@odata.etag":"W/\\"CQAA\\"", "id":"AAMkPATH=" } }
                """.formatted(SUBSCRIPTION, Ingress.clientState(mailbox), resource, Ingress.DIRECTORY, type, odataId);

        assertEquals(202, graph.notify(mailbox, item).statusCode());

        assertEquals(List.of(message("AAMkPATH=")), pointers());
    }

    /** As Graph does it where two subscriptions have one notificationUrl, with the tokens of notifications that carry content. */
    @Test
    void receive_twoDirectoriesAndTokens_itemsAreJudgedAlone() {
        String other = "bbbbcccc-1111-4222-8333-eeee44445555";
        String body = """
            {"value":[%s,%s,%s],"validationTokens":["eyJ0eXAiOiJKV1QiLCJhb.e30.e30", 17, null]}
            """.formatted(
                        Graph.created(Ingress.clientState(mailbox), other, "AAMkTHEIRS="),
                        Graph.created("otherSecret", other, "AAMkFORGED="),
                        Graph.created(mailbox, "AAMkOURS="));

        assertEquals(
                202,
                graph.post(Graph.notifications(mailbox), "application/json", body)
                        .statusCode());

        assertEquals(List.of(message("AAMkOURS=")), pointers());
    }

    @Test
    void receive_onlyWhatIsNeeded() {
        String item = "{\"clientState\":\"%s\",\"resourceData\":{\"id\":\"AAMkBARE=\"}}"
                .formatted(Ingress.clientState(mailbox));

        assertEquals(202, graph.notify(mailbox, item).statusCode());

        assertEquals(List.of(new MicrosoftPointer(null, "AAMkBARE=", null)), pointers());
    }

    @Test
    void receive_unknownFields_areSkipped() {
        String item = """
            {"sequenceNumber":17,"notificationContentType":"a","value":[{"clientState":"no"}],
             "encryptedContent":{"data":"%s","deep":[[{"id":"no"}]]},
             "clientState":"%s","tenantId":"%s",
             "resourceData":{"deep":{"id":"no"},"id":"AAMkKNOWN="}}
            """.formatted(
                        "x".repeat(100_000), Ingress.clientState(mailbox), Ingress.DIRECTORY.toUpperCase(Locale.ROOT));
        String body = "{\"@odata.context\":{\"value\":[]},\"value\":[" + item + "],\"validationTokens\":[\"eyJ0\"]}";

        HttpResponse<String> answer = graph.post(Graph.notifications(mailbox), "application/json", body);

        assertEquals(202, answer.statusCode());
        assertEquals(List.of(new MicrosoftPointer(null, "AAMkKNOWN=", null)), pointers());
    }

    @Test
    void receive_strangeSubscriptionAndChangeType_areLeftOut() {
        String item =
                "{\"clientState\":\"%s\",\"subscriptionId\":\"%s\",\"changeType\":\"cre ated\",\"resourceData\":{\"id\":\"AAMkODD=\"}}"
                        .formatted(Ingress.clientState(mailbox), "s".repeat(65));

        assertEquals(202, graph.notify(mailbox, item).statusCode());

        assertEquals(List.of(new MicrosoftPointer(null, "AAMkODD=", null)), pointers());
    }

    @Test
    void receive_signsInSubscription_areCarried() {
        String item = "{\"clientState\":\"%s\",\"subscriptionId\":\"%s\",\"resourceData\":{\"id\":\"AAMkODD=\"}}"
                .formatted(Ingress.clientState(mailbox), "\\\"".repeat(64));

        assertEquals(202, graph.notify(mailbox, item).statusCode());

        assertEquals(List.of(new MicrosoftPointer("\"".repeat(64), "AAMkODD=", null)), pointers());
    }

    @Test
    void receive_severalSubscriptionsOfOneMailbox() {
        String other = Graph.created(mailbox, "AAMkTWO=").replace(SUBSCRIPTION, "76619225-ff6b-4489-96ca-4ef547e78b22");

        assertEquals(
                202,
                graph.notify(mailbox, Graph.created(mailbox, "AAMkONE="), other).statusCode());

        assertEquals(
                List.of(
                        message("AAMkONE="),
                        new MicrosoftPointer("76619225-ff6b-4489-96ca-4ef547e78b22", "AAMkTWO=", "created")),
                pointers());
    }

    @Test
    @DisplayName("T6 a collection without an item is answered, and enqueues nothing")
    void receive_nothing() {
        assertEquals(202, graph.notify(mailbox).statusCode());
        assertTrue(sent().isEmpty());
    }

    @Test
    @DisplayName("T3 of two notifications one has a wrong clientState: 202, one record, one drop counted")
    void receive_oneForged() {
        double dropped = ingress.dropped("client-state");

        HttpResponse<String> answer = graph.notify(
                mailbox,
                Graph.created("guessed", Ingress.DIRECTORY, "AAMkFORGED="),
                Graph.created(mailbox, "AAMkGOOD="));

        assertEquals(202, answer.statusCode());
        assertEquals(List.of(message("AAMkGOOD=")), pointers());
        assertEquals(dropped + 1, ingress.dropped("client-state"));
    }

    @ParameterizedTest
    @DisplayName("T7 a notification without a usable message id is dropped alone")
    @ValueSource(
            strings = {
                "",
                ",\"resourceData\":null",
                ",\"resourceData\":\"AAMk=\"",
                ",\"resourceData\":[\"AAMk=\"]",
                ",\"resourceData\":{}",
                ",\"resourceData\":{\"id\":null}",
                ",\"resourceData\":{\"id\":17}",
                ",\"resourceData\":{\"id\":{\"id\":\"AAMk=\"}}",
                ",\"resourceData\":{\"id\":\"\"}",
                ",\"resourceData\":{\"id\":\"../../../me/messages/AAMk=\"}",
                ",\"resourceData\":{\"id\":\"..%2f..%2fme\"}",
                ",\"resourceData\":{\"id\":\"AAMk=?$expand=attachments\"}",
                ",\"resourceData\":{\"id\":\"AAMk=#\"}",
                ",\"resourceData\":{\"id\":\"AAMk=\\u0000\"}",
                ",\"resourceData\":{\"id\":\"AAMk=\\n\"}",
                ",\"resourceData\":{\"id\":\"AAMk\\ud800\"}",
                ",\"resourceData\":{\"id\":\"https://evil.example/AAMk\"}",
                ",\"resource\":\"users/x/messages/AAMk=\"",
            })
    void receive_noMessageId(String rest) {
        double dropped = ingress.dropped("message-id");
        String item = "{\"clientState\":\"" + Ingress.clientState(mailbox) + "\"" + rest + "}";

        assertEquals(
                202,
                graph.notify(mailbox, item, Graph.created(mailbox, "AAMkBESIDE="))
                        .statusCode());

        assertEquals(List.of(message("AAMkBESIDE=")), pointers());
        assertEquals(dropped + 1, ingress.dropped("message-id"));
    }

    @Test
    void receive_messageIdOfEveryLength() {
        assertEquals(
                202,
                graph.notify(mailbox, Graph.created(mailbox, "A".repeat(512)), Graph.created(mailbox, "A".repeat(513)))
                        .statusCode());
        assertEquals(List.of(message("A".repeat(512))), pointers());
    }

    @ParameterizedTest
    @DisplayName("an item that is none is dropped alone")
    @ValueSource(strings = {"null", "17", "\"AAMk=\"", "[]", "[{\"clientState\":\"x\"}]", "{}", "{\"clientState\":17}"})
    void receive_noItem(String item) {
        assertEquals(
                202,
                graph.notify(mailbox, item, Graph.created(mailbox, "AAMkBESIDE="))
                        .statusCode());
        assertEquals(List.of(message("AAMkBESIDE=")), pointers());
    }

    @Test
    void receive_otherDirectory_isDropped() {
        double dropped = ingress.dropped("foreign-tenant");
        String other = "bbbbcccc-1111-4222-8333-eeee44445555";

        assertEquals(
                202,
                graph.notify(mailbox, Graph.created(Ingress.clientState(mailbox), other, "AAMk="))
                        .statusCode());

        assertTrue(sent().isEmpty());
        assertEquals(dropped + 1, ingress.dropped("foreign-tenant"));
    }

    @Test
    void receive_pausedMailbox_isDropped() {
        InMemoryMailboxDirectory directory = ingress.bean(InMemoryMailboxDirectory.class);
        double dropped = ingress.dropped("paused");
        directory.pause(mailbox.key());
        try {
            assertEquals(
                    202, graph.notify(mailbox, Graph.created(mailbox, "AAMk=")).statusCode());
        } finally {
            directory.resume(mailbox.key());
        }
        assertTrue(sent().isEmpty());
        assertEquals(dropped + 1, ingress.dropped("paused"));
    }

    @Test
    @DisplayName("T5 three lifecycle events in one body have the mailbox listed, and each is counted by its kind")
    void receive_lifecycle() {
        assertEquals(
                202,
                graph.post(
                                Graph.lifecycleUrl(mailbox),
                                "application/json",
                                Graph.collection(
                                        Graph.lifecycle(mailbox, "missed"),
                                        Graph.lifecycle(mailbox, "subscriptionRemoved"),
                                        Graph.lifecycle(mailbox, "reauthorizationRequired")))
                        .statusCode());

        assertEquals(List.of(MISSED), pointers());
        for (String event : List.of("missed", "subscription-removed", "reauthorization-required")) {
            assertTrue(ingress.counted("lifecycle_total{event=\"" + event + "\",provider=\"microsoft\"}") >= 1, event);
        }
    }

    @Test
    @DisplayName("what Graph says of a subscription is written down for who keeps it, also while the mailbox is paused")
    void receive_lifecycle_isWrittenDown() {
        Mailbox resting = Ingress.mailbox("acme", "resting");
        InMemoryMailboxDirectory directory = ingress.bean(InMemoryMailboxDirectory.class);
        directory.put(resting);
        directory.pause(resting.key());
        assertEquals(
                202,
                graph.notify(
                                resting,
                                Graph.lifecycle(resting, "missed"),
                                Graph.lifecycle(resting, "subscriptionRemoved"),
                                Graph.lifecycle(resting, "reauthorizationRequired"))
                        .statusCode());
        assertTrue(sent().isEmpty(), "a paused mailbox is not listed");
        Map<String, String> events = brokers.events();
        for (String kind : List.of("removed", "renew")) {
            String event = events.get("acme/resting/" + kind);
            assertTrue(
                    event.contains(
                            "\"kind\":\"" + kind + "\",\"subscriptionId\":\"c6126aa3-0ed8-412f-a988-71e6cee627c4\""),
                    event);
        }
    }

    @Test
    @DisplayName("A02 m: an event of the subscription that is not durable withholds the success")
    void receive_lifecycleEventNotDurable_isNotAccepted() {
        brokers.answerEvent(CompletableFuture.failedFuture(new TimeoutException("away")));
        assertEquals(
                503,
                graph.notify(mailbox, Graph.lifecycle(mailbox, "subscriptionRemoved"))
                        .statusCode());
    }

    @ParameterizedTest
    @CsvSource({"missed", "subscriptionRemoved", "reauthorizationRequired", "subscriptionMovedToMars"})
    void receive_lifecycleEvent_onEitherUrl(String event) {
        assertEquals(202, graph.notify(mailbox, Graph.lifecycle(mailbox, event)).statusCode());
        assertEquals(List.of(MISSED), pointers());
        assertEquals(
                202,
                graph.post(
                                Graph.lifecycleUrl(mailbox),
                                "application/json",
                                Graph.collection(Graph.lifecycle(mailbox, event)))
                        .statusCode());
        assertEquals(List.of(MISSED, MISSED), pointers());
    }

    @Test
    void receive_lifecycleAndMessage_together() {
        assertEquals(
                202,
                graph.notify(mailbox, Graph.lifecycle(mailbox, "missed"), Graph.created(mailbox, "AAMkBESIDE="))
                        .statusCode());
        assertEquals(List.of(MISSED, message("AAMkBESIDE=")), pointers());
    }

    @Test
    void receive_messageOnTheLifecycleUrl() {
        assertEquals(
                202,
                graph.post(
                                Graph.lifecycleUrl(mailbox),
                                "application/json",
                                Graph.collection(Graph.created(mailbox, "AAMk=")))
                        .statusCode());
        assertEquals(List.of(message("AAMk=")), pointers());
    }

    @Test
    void receive_unknownK_isAnsweredAsIfItWereKnown() {
        double dropped = ingress.dropped("unknown-mailbox");
        HttpResponse<String> known = graph.notify(mailbox, Graph.created("guessed", Ingress.DIRECTORY, "AAMk="));
        String item = Graph.collection(Graph.created(mailbox, "AAMk="));
        for (String path : List.of(
                "/microsoft/notifications?k=unknown",
                "/microsoft/notifications?k=",
                "/microsoft/notifications",
                "/microsoft/lifecycle?k=unknown")) {
            HttpResponse<String> answer = graph.post(path, "application/json", item);
            assertEquals(known.statusCode(), answer.statusCode());
            assertEquals(known.body(), answer.body());
            assertEquals(known.headers().map().keySet(), answer.headers().map().keySet());
        }
        assertTrue(sent().isEmpty());
        assertEquals(dropped + 4, ingress.dropped("unknown-mailbox"));
    }

    @Test
    void receive_mailboxOfAnotherProvider_isUnknown() {
        Mailbox imap = Ingress.imapMailbox("acme", "imap");
        ingress.bean(InMemoryMailboxDirectory.class).put(imap);

        assertEquals(202, graph.notify(imap, Graph.created(imap, "AAMk=")).statusCode());

        assertTrue(sent().isEmpty());
    }

    @Test
    void receive_removedMailbox_isUnknown() {
        Mailbox removed = Ingress.mailbox("acme", "former").asRemoved();
        ingress.bean(InMemoryMailboxDirectory.class).put(removed);

        assertEquals(202, graph.notify(removed, Graph.created(removed, "AAMk=")).statusCode());

        assertTrue(sent().isEmpty());
    }

    @Test
    @DisplayName("A02 m with one acknowledgement of the request withheld there is no 2xx, and the repeat is taken")
    void receive_oneAckWithheld() {
        String[] items = IntStream.range(0, 3)
                .mapToObj(n -> Graph.created(mailbox, "AAMk" + n))
                .toArray(String[]::new);
        brokers.answer(n -> n == before + 1 ? new CompletableFuture<>() : FakeSender.acknowledged());

        Instant start = Instant.now();
        assertUnavailable(graph.notify(mailbox, items), start);

        brokers.answer(_ -> FakeSender.acknowledged());
        assertEquals(202, graph.notify(mailbox, items).statusCode());
    }

    @Test
    @DisplayName("A03 m, T4 a failed or late enqueue is a 503 with Retry-After within 2 s")
    void receive_brokersFail() {
        String item = Graph.created(mailbox, "AAMk=");
        brokers.answer(_ -> CompletableFuture.failedFuture(new TimeoutException("no metadata")));
        Instant start = Instant.now();
        assertUnavailable(graph.notify(mailbox, item), start);

        CompletableFuture<RecordMetadata> late = new CompletableFuture<>();
        late.completeOnTimeout(null, 20, TimeUnit.SECONDS);
        brokers.answer(_ -> late);
        start = Instant.now();
        assertUnavailable(graph.notify(mailbox, item), start);
    }

    @Test
    @DisplayName("A20 no answer is given while the pointer is in memory only")
    void receive_answersAfterTheAck() {
        CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
        brokers.answer(_ -> ack);

        CompletableFuture<HttpResponse<String>> answer = graph.notifyAsync(mailbox, Graph.created(mailbox, "AAMk="));
        await().until(() -> brokers.count() > before);
        assertFalse(answer.isDone());

        ack.complete(null);
        assertEquals(202, answer.join().statusCode());
    }

    @Test
    void receive_asManyAsThereMayBe() {
        String clientState = Ingress.clientState(mailbox);
        String[] items = IntStream.range(0, ChangeNotifications.MAX_ITEMS)
                .mapToObj(n -> "{\"clientState\":\"" + clientState + "\",\"resourceData\":{\"id\":\"" + "A".repeat(150)
                        + n + "\"}}")
                .toArray(String[]::new);

        assertEquals(202, graph.notify(mailbox, items).statusCode());

        assertEquals(ChangeNotifications.MAX_ITEMS, sent().size());
    }

    private static MicrosoftPointer message(String id) {
        return new MicrosoftPointer(SUBSCRIPTION, id, "created");
    }

    private List<PointerJob> sent() {
        List<PointerJob> all = brokers.jobs();
        return all.subList(before, all.size());
    }

    private List<?> pointers() {
        return sent().stream().map(PointerJob::pointer).toList();
    }

    /** The 2 s that are promised, and more for a machine that has other work: without the bound it is far longer. */
    private static void assertUnavailable(HttpResponse<String> answer, Instant start) {
        assertEquals(503, answer.statusCode());
        assertTrue(Duration.between(start, Instant.now()).compareTo(Duration.ofSeconds(10)) < 0);
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
        assertEquals(
                "application/problem+json",
                answer.headers().firstValue("content-type").orElseThrow());
    }
}
