package io.waybill.ingress.microsoft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

/** More notifications than the brokers take. */
final class FloodTest {
    private static final int BOUND = 4;

    @Test
    void receive_beyondTheBound_isRefusedAtOnce(@TempDir Path secrets) {
        Mailbox mailbox = Ingress.mailbox("acme", "support");
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of("waybill.ingress.max-in-flight", BOUND))) {
            ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
            Graph graph = ingress.graph();
            FakeSender brokers = ingress.bean(FakeSender.class);
            // Held within send(), so that no deadline frees a permit meanwhile.
            CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
            brokers.answer(_ -> CompletableFuture.completedFuture(ack.join()));

            List<CompletableFuture<HttpResponse<String>>> waiting = push(graph, mailbox, BOUND);
            await().until(() -> brokers.count() == BOUND);

            List<CompletableFuture<HttpResponse<String>>> flood = push(graph, mailbox, 100);
            flood.forEach(answer -> {
                assertEquals(503, answer.join().statusCode());
                assertEquals(
                        "1", answer.join().headers().firstValue("retry-after").orElseThrow());
            });
            assertEquals(BOUND, brokers.count());
            assertEquals(200, graph.get("/health/liveness").statusCode());
            HttpResponse<String> validated = graph.post(
                    Graph.notifications(mailbox) + "&validationToken=a+subscription", "text/plain; charset=utf-8", "");
            assertEquals(200, validated.statusCode());
            assertEquals("a subscription", validated.body());
            assertEquals(100, ingress.counted("unavailable_total{provider=\"microsoft\",reason=\"overloaded\"}"));

            ack.complete(null);
            waiting.forEach(answer -> assertEquals(202, answer.join().statusCode()));
            push(graph, mailbox, BOUND)
                    .forEach(answer -> assertEquals(202, answer.join().statusCode()));
        }
    }

    @Test
    void receive_beyondTheBytes_isRefusedAtOnce(@TempDir Path secrets) {
        Mailbox mailbox = Ingress.mailbox("acme", "support");
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        try (Ingress ingress = Ingress.inMemory(secrets, Map.of("waybill.ingress.max-in-flight-bytes", 1024 * 1024))) {
            ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
            Graph graph = ingress.graph();
            FakeSender brokers = ingress.bean(FakeSender.class);
            CompletableFuture<RecordMetadata> ack = new CompletableFuture<>();
            brokers.answer(_ -> CompletableFuture.completedFuture(ack.join()));
            String large = "{\"filler\":\"" + "x".repeat(600_000) + "\"}";

            CompletableFuture<HttpResponse<String>> first =
                    graph.notifyAsync(mailbox, large, Graph.created(mailbox, "AAMkLARGE="));
            await().until(() -> brokers.count() == 1);
            assertEquals(503, graph.notify(mailbox, large).statusCode());
            CompletableFuture<HttpResponse<String>> small =
                    graph.notifyAsync(mailbox, Graph.created(mailbox, "AAMkSMALL="));
            await().until(() -> brokers.count() == 2);

            ack.complete(null);
            assertEquals(202, first.join().statusCode());
            assertEquals(202, small.join().statusCode());
            assertEquals(202, graph.notify(mailbox, large).statusCode());
        }
    }

    private static List<CompletableFuture<HttpResponse<String>>> push(Graph graph, Mailbox mailbox, int times) {
        return IntStream.range(0, times)
                .mapToObj(n -> graph.notifyAsync(mailbox, Graph.created(mailbox, "AAMk" + n)))
                .toList();
    }
}
