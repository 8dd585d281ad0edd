package io.waybill.ingress.imap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.ingress.endpoint.FakeSender;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a well-made callback. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImapNotificationsTest {
    private static final ImapNotification ARRIVED = ImapNotification.arrived("INBOX", 17, List.of(4L, 5L, 4L));

    private final Mailbox mailbox = Ingress.mailbox("acme", "support", null);
    private Ingress ingress;
    private Listener listener;
    private FakeSender brokers;
    private int before;

    @BeforeAll
    void start(@TempDir Path secrets) {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        ingress = Ingress.inMemory(secrets, Map.of());
        ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        listener = ingress.listener();
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
    @DisplayName("A01 i a valid callback becomes pointers with tenant, mailbox and the message's identity, each once")
    void receive_uids() {
        HttpResponse<String> answer = push(ARRIVED);

        assertEquals(202, answer.statusCode());
        assertEquals("{\"accepted\":2}", answer.body());
        assertEquals(List.of(ImapPointer.of("INBOX", 17, 4), ImapPointer.of("INBOX", 17, 5)), pointers());
        PointerJob job = sent().getFirst();
        assertEquals(mailbox.key(), job.mailbox());
        assertEquals(mailbox.incarnation(), job.incarnation());
        assertEquals(JobId.of(mailbox.key(), mailbox.incarnation(), ImapPointer.of("INBOX", 17, 4)), job.jobId());
    }

    @Test
    @DisplayName(
            "A01 i a listener's hashes of Message-IDs go along with the pointers, and the job ids stay what they are")
    void receive_messageIdHashes() {
        ImapNotification hashed =
                ImapNotification.arrived("INBOX", 17, List.of(4L, 5L), Arrays.asList("hash-of-four", null));
        assertEquals(202, push(hashed).statusCode());

        assertEquals(
                List.of(new ImapPointer("INBOX", 17, 4, "hash-of-four", null), ImapPointer.of("INBOX", 17, 5)),
                pointers());
        assertEquals(
                JobId.of(mailbox.key(), mailbox.incarnation(), ImapPointer.of("INBOX", 17, 4)),
                sent().getFirst().jobId());
    }

    @Test
    void receive_thousandUidsWithHashes_isWithinTheBounds() {
        List<Long> uids =
                LongStream.rangeClosed(4_294_966_001L, 4_294_967_000L).boxed().toList();
        List<String> hashes = uids.stream().map(_ -> "h".repeat(64)).toList();
        awaitThousand(ImapNotification.arrived("INBOX", 4294967295L, uids, hashes));
    }

    @Test
    void receive_changes() {
        assertEquals(202, push(ImapNotification.changed("inbox")).statusCode());

        ChangesPointer pointer =
                assertInstanceOf(ChangesPointer.class, sent().getFirst().pointer());
        assertEquals("INBOX", pointer.folder());
        assertEquals(1, sent().size());
    }

    @Test
    void receive_folderBeyondAscii() {
        assertEquals(
                202, push(ImapNotification.arrived("Vorgänge", 1, List.of(1L))).statusCode());
    }

    @Test
    void receive_thousandUids() {
        List<Long> uids = LongStream.rangeClosed(1, 1000).boxed().toList();
        awaitThousand(ImapNotification.arrived("INBOX", 4294967295L, uids));
    }

    @Test
    void receive_sameCallbackAgain_isTheSameJob() {
        String body = "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[9]}";
        Map<String, String> headers = Listener.sign(Ingress.derived(mailbox), body);

        assertEquals(202, listener.post(mailbox.k(), headers, body).statusCode());
        assertEquals(202, listener.post(mailbox.k(), headers, body).statusCode());

        assertEquals(2, sent().size());
        assertEquals(sent().getFirst().jobId(), sent().getLast().jobId());
    }

    @Test
    void receive_pausedMailbox_isTaken() {
        InMemoryMailboxDirectory directory = ingress.bean(InMemoryMailboxDirectory.class);
        directory.pause(mailbox.key());
        try {
            assertEquals(202, push(ARRIVED).statusCode());
        } finally {
            directory.resume(mailbox.key());
        }
    }

    @Test
    void receive_removedMailbox_isUnknown() {
        Mailbox removed = Ingress.mailbox("acme", "former", null).asRemoved();
        ingress.bean(InMemoryMailboxDirectory.class).put(removed);

        assertEquals(
                401, listener.push(removed, Ingress.derived(removed), ARRIVED).statusCode());
        assertTrue(sent().isEmpty());
    }

    @Test
    @DisplayName("A02 i with one acknowledgement of the request withheld there is no 2xx, and the repeat is taken")
    void receive_oneAckWithheld() {
        brokers.answer(n -> n == before + 1 ? new CompletableFuture<>() : FakeSender.acknowledged());

        Instant start = Instant.now();
        HttpResponse<String> answer = push(ARRIVED);

        assertUnavailable(answer, start);
        brokers.answer(_ -> FakeSender.acknowledged());
        assertEquals(202, push(ARRIVED).statusCode());
    }

    @Test
    @DisplayName("A03 i a failed or late enqueue is a 503 with Retry-After within 2 s")
    void receive_brokersFail() {
        brokers.answer(_ -> CompletableFuture.failedFuture(new TimeoutException("no metadata")));
        Instant start = Instant.now();
        assertUnavailable(push(ARRIVED), start);

        CompletableFuture<RecordMetadata> late = new CompletableFuture<>();
        late.completeOnTimeout(null, 20, TimeUnit.SECONDS);
        brokers.answer(_ -> late);
        start = Instant.now();
        assertUnavailable(push(ARRIVED), start);
    }

    @Test
    @DisplayName("A20 no answer is given while the pointer is in memory only")
    void receive_answersAfterTheAck() {
        CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
        brokers.answer(_ -> ack);

        CompletableFuture<HttpResponse<String>> answer = listener.pushAsync(
                mailbox, Ingress.derived(mailbox), ImapNotification.arrived("INBOX", 17, List.of(1L)));
        await().until(() -> brokers.count() > before);
        assertFalse(answer.isDone());

        ack.complete(null);
        assertEquals(202, answer.join().statusCode());
    }

    /** So many may take a machine that has other work longer than a caller is let wait, who then repeats the request. */
    private void awaitThousand(ImapNotification notification) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> push(notification).body().equals("{\"accepted\":1000}"));
    }

    private HttpResponse<String> push(ImapNotification notification) {
        return listener.push(mailbox, Ingress.derived(mailbox), notification);
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
