package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** An endpoint that Graph posts to. It echoes tokens and takes everything, until it is told otherwise. */
final class Listener implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> posts = new CopyOnWriteArrayList<>();
    private final List<Handshaken> handshakes = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final HttpServer server;
    volatile int status = 202;
    volatile int handshakeStatus = 200;
    volatile String handshakeType = "text/plain; charset=utf-8";
    volatile UnaryOperator<String> echo = token -> token;
    volatile boolean silent;

    Listener() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    record Handshaken(String method, String path, String rawQuery, String contentType) {}

    String url(String pathAndQuery) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + pathAndQuery;
    }

    List<Handshaken> handshakes() {
        return handshakes;
    }

    List<JsonNode> posts() {
        return posts;
    }

    /** Of all posts, in the order they came. */
    List<JsonNode> items() {
        return posts.stream().flatMap(post -> post.get("value").valueStream()).toList();
    }

    List<String> ids() {
        return items().stream()
                .map(item -> item.path("resourceData").path("id").asText())
                .toList();
    }

    List<String> events() {
        return items().stream()
                .filter(item -> item.has("lifecycleEvent"))
                .map(item -> item.get("lifecycleEvent").asText())
                .toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            byte[] body = exchange.getRequestBody().readAllBytes();
            Optional<String> token =
                    Optional.ofNullable(GraphRequest.query(query).get("validationToken"));
            if (token.isEmpty()) {
                posts.add(JSON.readTree(body));
            } else {
                handshakes.add(new Handshaken(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().getPath(),
                        query,
                        exchange.getRequestHeaders().getFirst("Content-Type")));
            }
            if (silent) {
                closed.await();
                return;
            }
            byte[] answer = token.map(echo).orElse("").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", handshakeType);
            exchange.sendResponseHeaders(
                    token.isPresent() ? handshakeStatus : status, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
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
