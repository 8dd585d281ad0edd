package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An endpoint that Pub/Sub pushes to. It acknowledges everything, until it is told otherwise. */
public final class PushListener implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Push> pushes = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;
    volatile Function<Push, Integer> answer = push -> 204;
    volatile boolean silent;

    public PushListener() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    /** @param at when it came, in nanoseconds */
    public record Push(String pathAndQuery, Headers headers, String text, JsonNode json, long at) {
        String id() {
            return json.path("message").path("messageId").asText();
        }

        /** As it stands there. */
        String encoded() {
            return json.path("message").path("data").asText();
        }

        String data() {
            String standard = encoded().replace('-', '+').replace('_', '/');
            return new String(Base64.getDecoder().decode(standard), StandardCharsets.UTF_8);
        }

        String historyId() {
            try {
                return JSON.readTree(data()).path("historyId").asText();
            } catch (IOException garbled) {
                throw new IllegalStateException(garbled);
            }
        }

        public String token() {
            return headers.getFirst("Authorization").substring("Bearer ".length());
        }
    }

    public String url(String pathAndQuery) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + pathAndQuery;
    }

    /** In the order they came. */
    public List<Push> pushes() {
        return pushes;
    }

    List<String> ids() {
        return pushes.stream().map(Push::id).toList();
    }

    List<String> historyIds() {
        return pushes.stream().map(Push::historyId).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Push push = new Push(
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    new String(body, StandardCharsets.UTF_8),
                    JSON.readTree(body),
                    System.nanoTime());
            pushes.add(push);
            if (silent) {
                closed.await();
                return;
            }
            exchange.sendResponseHeaders(answer.apply(push), -1);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
