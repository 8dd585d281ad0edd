package io.waybill.watch;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.contracts.ImapNotification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;

/** Stands where the ingress would: keeps what was posted and answers as told, 202 by default. */
final class FakeIngress implements AutoCloseable {
    private final List<Posted> posts = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final HttpServer server;
    private Answer usual = new Answer(202, null);

    /**
     * A request as it came.
     *
     * @param signed whether {@link #KEY} signed it
     */
    record Posted(Instant at, String k, ImapNotification notification, String id, boolean signed, int answered) {}

    /** @param retryAfter null for none */
    record Answer(int status, String retryAfter) {}

    /** The key that {@link #SECRET_TEXT} stands for. */
    static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    static final String SECRET_TEXT = "whsec_" + Base64.getEncoder().encodeToString(KEY);

    FakeIngress() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/imap/notifications", this::take);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Answers the next requests so, then as usual. */
    synchronized void answerNext(Answer... next) {
        answers.addAll(List.of(next));
    }

    synchronized void answerAlways(Answer answer) {
        usual = answer;
    }

    synchronized List<Posted> posts() {
        return List.copyOf(posts);
    }

    synchronized List<Posted> accepted() {
        return posts.stream().filter(post -> post.answered() == 202).toList();
    }

    /** UIDs that were accepted for the routing id, in the order of their coming. */
    List<Long> acceptedUids(String k) {
        return accepted().stream()
                .filter(post -> post.k().equals(k) && post.notification().uids() != null)
                .flatMap(post -> post.notification().uids().stream())
                .toList();
    }

    /** How often a listing was asked for and accepted. */
    long acceptedChanges(String k) {
        return accepted().stream()
                .filter(post -> post.k().equals(k) && post.notification().changes() != null)
                .count();
    }

    private void take(HttpExchange exchange) throws IOException {
        Instant at = Instant.now();
        byte[] body = exchange.getRequestBody().readAllBytes();
        String query = exchange.getRequestURI().getQuery();
        Map<String, List<String>> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        boolean signed;
        try {
            new Webhook(KEY).verify(new String(body, StandardCharsets.UTF_8), headers);
            signed = true;
        } catch (Exception wrong) {
            signed = false;
        }
        Answer answer;
        synchronized (this) {
            answer = answers.isEmpty() ? usual : answers.poll();
            posts.add(new Posted(
                    at,
                    query.substring("k=".length()),
                    ImapNotification.parse(body),
                    headers.get("webhook-id").getFirst(),
                    signed,
                    answer.status()));
        }
        if (answer.retryAfter() != null) {
            exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
        }
        exchange.sendResponseHeaders(answer.status(), -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
