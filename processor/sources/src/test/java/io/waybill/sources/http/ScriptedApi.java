package io.waybill.sources.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** A provider that answers what it is told, also what it never would. Keeps what it was asked. */
public final class ScriptedApi implements AutoCloseable {
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /**
     * What is answered.
     *
     * @param body opened anew each time
     * @param length of the body in bytes, -1 for none, 0 for one whose end only its last piece tells
     */
    public record Answer(int status, Map<String, String> headers, Supplier<InputStream> body, long length) {
        public Answer(int status, Map<String, String> headers, String body) {
            this(status, headers, body.getBytes(StandardCharsets.UTF_8));
        }

        private Answer(int status, Map<String, String> headers, byte[] body) {
            this(status, headers, () -> new ByteArrayInputStream(body), body.length == 0 ? -1 : body.length);
        }

        public static Answer json(String body) {
            return new Answer(200, Map.of("Content-Type", "application/json"), body);
        }

        public Answer with(String header, String value) {
            return new Answer(status, Map.of(header, value), body, length);
        }
    }

    /**
     * What was asked.
     *
     * @param target path and query as they were sent
     */
    public record Asked(Instant at, String method, String target, Map<String, List<String>> headers, String body) {
        /** Null where it was not sent. */
        public String header(String name) {
            List<String> values = headers.get(name);
            return values == null ? null : values.getFirst();
        }
    }

    public ScriptedApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    /** Its address, without a path. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Answers the next calls so; what comes behind them is an error that no test expects. */
    public synchronized void answer(Answer... next) {
        answers.addAll(List.of(next));
    }

    public List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void take(HttpExchange exchange) throws IOException {
        asked.add(new Asked(
                Instant.now(),
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Answer answer = next();
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        try (exchange;
                InputStream body = answer.body().get()) {
            exchange.sendResponseHeaders(answer.status(), answer.length());
            body.transferTo(exchange.getResponseBody());
            // What is shorter than its length would else be nothing.
            exchange.getResponseBody().flush();
        } catch (IOException gone) {
            // The client had enough.
        }
    }

    private synchronized Answer next() {
        return answers.isEmpty() ? new Answer(418, Map.of(), "") : answers.poll();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
