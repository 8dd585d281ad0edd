package io.waybill.ingress.google;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PushRegistration;
import io.waybill.ingress.endpoint.FakeSender;
import io.waybill.sandbox.emulator.StoppedClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

/** What becomes of a push whose token is good. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GooglePushesTest {
    private static final PushRegistration OTHER = Ingress.registration("k-two", "two");

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private Google google;
    private Ingress ingress;
    private InMemoryMailboxDirectory directory;
    private Pubsub pubsub;
    private FakeSender brokers;
    private int before;

    @BeforeAll
    void start(@TempDir Path secrets) {
        google = new Google();
        ingress = Ingress.inMemory(secrets, google, Map.of());
        directory = ingress.bean(InMemoryMailboxDirectory.class);
        directory.put(mailbox);
        directory.put(Ingress.REGISTRATION);
        directory.put(OTHER);
        pubsub = ingress.pubsub();
        brokers = ingress.bean(FakeSender.class);
    }

    @AfterAll
    void stop() {
        ingress.close();
        google.close();
    }

    @BeforeEach
    void acknowledge() {
        brokers.answer(_ -> FakeSender.acknowledged());
        before = brokers.count();
    }

    @Test
    @DisplayName("A01 g a valid push becomes a pointer with tenant, mailbox and Gmail's cursor, and nothing else")
    void receive_push() {
        HttpResponse<String> answer = push(mailbox, 1006196);

        assertEquals(204, answer.statusCode());
        assertEquals("", answer.body());
        assertEquals(List.of(changes("1006196")), pointers());
        PointerJob job = sent().getFirst();
        assertEquals(mailbox.key(), job.mailbox());
        assertEquals(mailbox.incarnation(), job.incarnation());
    }

    @ParameterizedTest
    @DisplayName("A01 g T12 the cursor is taken in every form in which Gmail may give it")
    @CsvSource({
        "'{\"emailAddress\":\"support@acme.example\",\"historyId\":1006196}',1006196",
        "'{\"emailAddress\": \"support@acme.example\", \"historyId\": \"9876543210\"}',9876543210",
        "'{\"emailAddress\":\"support@acme.example\",\"historyId\":18446744073709551615}',18446744073709551615",
        "'{\"emailAddress\":\"SUPPORT@Acme.Example\",\"historyId\":\"007\"}',7",
    })
    void receive_dataOfEveryForm(String text, String hint) {
        String padded = Pubsub.base64(text);
        for (String data : List.of(
                padded, padded.replace("=", ""), padded.replace('+', '-').replace('/', '_'))) {
            assertEquals(204, pushData(data).statusCode());
        }
        assertEquals(List.of(changes(hint), changes(hint), changes(hint)), pointers());
    }

    @Test
    void receive_bodyOfTheDocumentation() {
        String body = """
            {
              "deliveryAttempt": 5,
              "message": {
                "attributes": {"key": "value", "other": ""},
                "data": "%s",
                "messageId": "2070443601311540",
                "message_id": "2070443601311540",
                "orderingKey": "key",
                "publishTime": "2021-02-26T19:13:55.749Z",
                "publish_time": "2021-02-26T19:13:55.749Z"
              },
              "subscription": "%s"
            }
            """.formatted(Pubsub.data(mailbox.address(), 7), Ingress.REGISTRATION.subscription());
        assertEquals(204, pubsub.push(Ingress.REGISTRATION, token(), body).statusCode());
        assertEquals(List.of(changes("7")), pointers());
    }

    @Test
    void receive_contentTypeIsNotAsked_theTokenIs() {
        String body = Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7));
        Map<String, String> headers = Map.of("authorization", "bearer " + token(), "content-type", "text/plain");
        assertEquals(
                204,
                pubsub.post("/google/push?k=" + Ingress.REGISTRATION.k(), headers, body)
                        .statusCode());
        assertEquals(List.of(changes("7")), pointers());
    }

    @Test
    @DisplayName("A13 g the same push again is the same cursor, and names no message: listing finds each once")
    void receive_samePushAgain() {
        assertEquals(204, push(mailbox, 1006196).statusCode());
        assertEquals(204, push(mailbox, 1006196).statusCode());

        assertEquals(List.of(changes("1006196"), changes("1006196")), pointers());
        assertNotEquals(sent().getFirst().jobId(), sent().getLast().jobId());
    }

    @Test
    void receive_twoMailboxesOfOneUser_areBothAnnounced() {
        Mailbox one = Ingress.mailbox("acme", "shared");
        Mailbox two = Ingress.mailbox("globex", "copy", one.address(), Ingress.REGISTRATION.topic());
        directory.put(one);
        directory.put(two);

        assertEquals(204, push(one, 7).statusCode());
        assertEquals(Set.of(one.key(), two.key()), mailboxes());

        double dropped = ingress.dropped("paused");
        directory.pause(one.key());
        before = brokers.count();
        assertEquals(204, push(one, 8).statusCode());
        assertEquals(Set.of(two.key()), mailboxes());
        assertEquals(dropped, ingress.dropped("paused"));
    }

    @Test
    @DisplayName("A22 g a push reaches the mailboxes of its registration's topic alone, whatever address it names")
    void receive_mailboxOfAnotherTopic() {
        Mailbox theirs = Ingress.mailbox("globex", "theirs", "theirs@globex.example", OTHER.topic());
        Mailbox listed = Ingress.mailbox("globex", "listed", "listed@globex.example", null);
        Mailbox both = Ingress.mailbox("globex", "both", mailbox.address(), OTHER.topic());
        Stream.of(theirs, listed, both).forEach(directory::put);
        double dropped = ingress.dropped("unknown-mailbox");

        assertEquals(204, push(theirs, 7).statusCode());
        assertEquals(204, push(listed, 7).statusCode());
        assertTrue(sent().isEmpty());
        assertEquals(dropped + 2, ingress.dropped("unknown-mailbox"));

        assertEquals(204, push(mailbox, 7).statusCode());
        assertEquals(Set.of(mailbox.key()), mailboxes());
    }

    @Test
    @DisplayName("A22 g a token that is good for two registrations does not carry the pushes of one into the other")
    void receive_otherSubscription() {
        PushRegistration twin = new PushRegistration(
                "k-twin",
                OTHER.topic(),
                "projects/example/subscriptions/twin",
                Ingress.REGISTRATION.audience(),
                Ingress.REGISTRATION.serviceAccount());
        directory.put(twin);
        double dropped = ingress.dropped("foreign-subscription");
        String data = Pubsub.data(mailbox.address(), 7);

        assertEquals(
                204,
                pubsub.push(Ingress.REGISTRATION, token(), Pubsub.body(twin, data))
                        .statusCode());
        assertEquals(
                204,
                pubsub.push(twin, token(), Pubsub.body(Ingress.REGISTRATION, data))
                        .statusCode());

        assertTrue(sent().isEmpty());
        assertEquals(dropped + 2, ingress.dropped("foreign-subscription"));
    }

    @Test
    @DisplayName("T14 a push of a mailbox that nobody applied, or that was removed, is acknowledged and counted")
    void receive_unknownMailbox() {
        double dropped = ingress.dropped("unknown-mailbox");
        Mailbox removed = Ingress.mailbox("acme", "former").asRemoved();
        directory.put(removed);

        assertEquals(204, push(removed, 7).statusCode());
        assertEquals(204, pushData(Pubsub.data("nobody@acme.example", 7)).statusCode());
        assertEquals(204, pushData(Pubsub.data("", 7)).statusCode());

        assertTrue(sent().isEmpty());
        assertEquals(dropped + 3, ingress.dropped("unknown-mailbox"));
    }

    @Test
    void receive_pausedMailbox_isDropped() {
        double dropped = ingress.dropped("paused");
        directory.pause(mailbox.key());
        try {
            assertEquals(204, push(mailbox, 7).statusCode());
        } finally {
            directory.resume(mailbox.key());
        }
        assertTrue(sent().isEmpty());
        assertEquals(dropped + 1, ingress.dropped("paused"));
    }

    @Test
    @DisplayName("A02 g with one acknowledgement of the push withheld there is no 2xx, and the repeat is taken")
    void receive_oneAckWithheld() {
        Mailbox one = Ingress.mailbox("acme", "pair");
        directory.put(one);
        directory.put(Ingress.mailbox("acme", "pair-too", one.address(), Ingress.REGISTRATION.topic()));
        brokers.answer(n -> n == before + 1 ? new CompletableFuture<>() : FakeSender.acknowledged());

        Instant start = Instant.now();
        assertUnavailable("not-enqueued", push(one, 7), start);

        brokers.answer(_ -> FakeSender.acknowledged());
        assertEquals(204, push(one, 7).statusCode());
    }

    @Test
    @DisplayName("A03 g a failed or late enqueue is a 503 with Retry-After within 2 s")
    void receive_brokersFail() {
        brokers.answer(_ -> CompletableFuture.failedFuture(new TimeoutException("no metadata")));
        Instant start = Instant.now();
        assertUnavailable("not-enqueued", push(mailbox, 7), start);

        CompletableFuture<RecordMetadata> late = new CompletableFuture<>();
        late.completeOnTimeout(null, 20, TimeUnit.SECONDS);
        brokers.answer(_ -> late);
        start = Instant.now();
        assertUnavailable("not-enqueued", push(mailbox, 7), start);
    }

    @Test
    @DisplayName(
            "A03 g while Google's keys do not come the answer is 503 with Retry-After within 2 s, then they are there")
    void receive_keysDoNotCome(@TempDir Path secrets) {
        try (Google slow = new Google();
                Ingress waiting = Ingress.inMemory(secrets, slow, Map.of())) {
            waiting.bean(InMemoryMailboxDirectory.class).put(mailbox);
            waiting.bean(InMemoryMailboxDirectory.class).put(Ingress.REGISTRATION);
            String token = Google.sign(Google.claims(
                    Ingress.REGISTRATION, waiting.bean(StoppedClock.class).instant()));
            String body = Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7));
            CompletableFuture<Void> answering = slow.hold();

            Instant start = Instant.now();
            HttpResponse<String> answer = waiting.pubsub().push(Ingress.REGISTRATION, token, body);
            assertUnavailable("keys-unreachable", answer, start);
            assertEquals(0, waiting.bean(FakeSender.class).count());
            assertEquals(1, waiting.counted("unavailable_total{provider=\"google\",reason=\"keys-unreachable\"}"));

            answering.complete(null);
            await().until(() ->
                    waiting.pubsub().push(Ingress.REGISTRATION, token, body).statusCode() == 204);
            assertEquals(1, slow.asked());
        }
    }

    @Test
    @DisplayName("A20 g no answer is given while the pointer is in memory only")
    void receive_answersAfterTheAck() {
        CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
        brokers.answer(_ -> ack);

        CompletableFuture<HttpResponse<String>> answer = pubsub.pushAsync(
                Ingress.REGISTRATION, token(), Pubsub.body(Ingress.REGISTRATION, Pubsub.data(mailbox.address(), 7)));
        await().until(() -> brokers.count() > before);
        assertFalse(answer.isDone());

        ack.complete(null);
        assertEquals(204, answer.join().statusCode());
    }

    private static ChangesPointer changes(String hint) {
        return new ChangesPointer(ChangesPointer.Reason.PUSH, null, hint);
    }

    private HttpResponse<String> push(Mailbox named, long historyId) {
        return pushData(Pubsub.data(named.address(), historyId));
    }

    private HttpResponse<String> pushData(String data) {
        return pubsub.push(Ingress.REGISTRATION, token(), Pubsub.body(Ingress.REGISTRATION, data));
    }

    private String token() {
        return Google.sign(Google.claims(
                Ingress.REGISTRATION, ingress.bean(StoppedClock.class).instant()));
    }

    private List<PointerJob> sent() {
        List<PointerJob> all = brokers.jobs();
        return all.subList(before, all.size());
    }

    private List<?> pointers() {
        return sent().stream().map(PointerJob::pointer).toList();
    }

    private Set<MailboxKey> mailboxes() {
        return sent().stream().map(PointerJob::mailbox).collect(Collectors.toSet());
    }

    /** The 2 s that are promised, and more for a machine that has other work: without the bound it is far longer. */
    private static void assertUnavailable(String word, HttpResponse<String> answer, Instant start) {
        assertEquals(503, answer.statusCode());
        assertTrue(Duration.between(start, Instant.now()).compareTo(Duration.ofSeconds(10)) < 0);
        assertEquals("2", answer.headers().firstValue("retry-after").orElseThrow());
        assertTrue(answer.body().contains("\"urn:waybill:problem:" + word + "\""), answer.body());
    }
}
