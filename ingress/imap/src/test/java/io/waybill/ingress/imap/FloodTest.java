package io.waybill.ingress.imap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.FakeSender;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More callbacks than the brokers take. */
final class FloodTest {
    private static final int BOUND = 4;

    @Test
    void receive_beyondTheBound_isRefusedAtOnce(@TempDir Path secrets) {
        Mailbox mailbox = Ingress.mailbox("acme", "support", null);
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of("waybill.ingress.max-in-flight", BOUND))) {
            ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
            Listener listener = ingress.listener();
            FakeSender brokers = ingress.bean(FakeSender.class);
            // Held within send(), so that no deadline frees a permit meanwhile.
            CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
            brokers.answer(_ -> CompletableFuture.completedFuture(ack.join()));

            List<CompletableFuture<HttpResponse<String>>> waiting = push(listener, mailbox, BOUND);
            await().until(() -> brokers.count() == BOUND);

            List<CompletableFuture<HttpResponse<String>>> flood = push(listener, mailbox, 100);
            flood.forEach(answer -> {
                assertEquals(503, answer.join().statusCode());
                assertEquals(
                        "1", answer.join().headers().firstValue("retry-after").orElseThrow());
            });
            assertEquals(BOUND, brokers.count());
            assertEquals(200, listener.get("/health/liveness").statusCode());
            assertTrue(listener.get("/prometheus")
                    .body()
                    .contains("waybill_ingress_unavailable_total{provider=\"imap\",reason=\"overloaded\"} 100.0"));

            ack.complete(null);
            waiting.forEach(answer -> assertEquals(202, answer.join().statusCode()));
            push(listener, mailbox, BOUND)
                    .forEach(answer -> assertEquals(202, answer.join().statusCode()));
        }
    }

    private static List<CompletableFuture<HttpResponse<String>>> push(Listener listener, Mailbox mailbox, int times) {
        return IntStream.rangeClosed(1, times)
                .mapToObj(uid -> listener.pushAsync(
                        mailbox, Ingress.derived(mailbox), ImapNotification.arrived("INBOX", 17, List.of((long) uid))))
                .toList();
    }
}
