package io.waybill.sandbox.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * The token endpoints of Microsoft ({@code /TENANT/oauth2/v2.0/token}, client credentials) and Google ({@code /token}, JWT bearer) on a
 * free port of 127.0.0.1. It gives a token to who is known, until it is told to answer something else.
 */
public final class TokenServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> apps = new HashMap<>();
    private final Map<String, PublicKey> serviceAccounts = new HashMap<>();
    private final List<Map<String, String>> requests = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final Set<String> valid = new HashSet<>();
    private final HttpServer server;
    private int issued;
    private long lifetimeSeconds = 3_600;

    private TokenServer(HttpServer server) {
        this.server = server;
    }

    /**
     * What is answered instead of a token.
     *
     * @param retryAfter null for none
     */
    public record Answer(int status, String body, String retryAfter) {
        public static Answer error(int status, String error) {
            return new Answer(status, "{\"error\":\"" + error + "\",\"error_description\":\"told so\"}", null);
        }
    }

    public static TokenServer start() {
        try {
            TokenServer tokens =
                    new TokenServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50));
            tokens.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            tokens.server.createContext("/", tokens::take);
            tokens.server.start();
            return tokens;
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** The address that stands for {@code https://login.microsoftonline.com/}, or for {@code https://oauth2.googleapis.com/}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** An app of Microsoft's that may have tokens. */
    public synchronized void addApp(String tenant, String clientId, String secret) {
        apps.put(tenant + "/" + clientId, secret);
    }

    /** A service account of Google's that may have tokens for anybody. */
    public synchronized void addServiceAccount(String email, PublicKey key) {
        serviceAccounts.put(email, key);
    }

    /** Answers the next requests so, then with tokens again. */
    public synchronized void answerNext(Answer... next) {
        answers.addAll(List.of(next));
    }

    /** How long tokens live that are given out from now on. */
    public synchronized void lifetime(long seconds) {
        lifetimeSeconds = seconds;
    }

    /** Whether the token was given out here and not revoked. */
    public synchronized boolean isValid(String token) {
        return valid.contains(token);
    }

    /** All tokens of now are worth nothing any more. */
    public synchronized void revokeAll() {
        valid.clear();
    }

    /** The forms that came, with the path as {@code path} and an assertion's claims as {@code claim.…}; no secrets. */
    public synchronized List<Map<String, String>> requests() {
        return List.copyOf(requests);
    }

    private void take(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> form =
                form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
        Answer answer = answer(path, form);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        if (answer.retryAfter() != null) {
            exchange.getResponseHeaders().add("Retry-After", answer.retryAfter());
        }
        try (exchange) {
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException gone) {
            // The client had enough.
        }
    }

    private synchronized Answer answer(String path, Map<String, String> form) {
        Map<String, String> seen = new HashMap<>(form);
        seen.put("path", path);
        seen.remove("client_secret");
        String assertion = seen.remove("assertion");
        boolean known = path.equals("/token")
                ? isSigned(assertion, seen)
                : form.containsKey("client_secret")
                        && form.get("client_secret")
                                .equals(apps.get(path.split("/", -1)[1] + "/" + form.get("client_id")))
                        && path.endsWith("/oauth2/v2.0/token");
        requests.add(Map.copyOf(seen));
        if (!answers.isEmpty()) {
            return answers.poll();
        }
        if (!known) {
            return Answer.error(
                    path.equals("/token") ? 400 : 401, path.equals("/token") ? "invalid_grant" : "invalid_client");
        }
        String token = "token-" + ++issued;
        valid.add(token);
        return new Answer(
                200,
                "{\"token_type\":\"Bearer\",\"expires_in\":" + lifetimeSeconds + ",\"access_token\":\"" + token + "\"}",
                null);
    }

    /** Whether a service account that is known signed the assertion, for now and for this endpoint. */
    private boolean isSigned(String assertion, Map<String, String> claims) {
        try {
            String[] parts = assertion == null ? new String[0] : assertion.split("\\.");
            if (parts.length != 3) {
                return false;
            }
            JsonNode said = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            said.properties()
                    .forEach(each ->
                            claims.put("claim." + each.getKey(), each.getValue().asText()));
            PublicKey key = serviceAccounts.get(said.path("iss").asText());
            if (key == null) {
                return false;
            }
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            long now = Instant.now().getEpochSecond();
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && said.path("iat").asLong() <= now + 5
                    && said.path("exp").asLong() > now
                    && said.path("exp").asLong() <= said.path("iat").asLong() + 3_600;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException forged) {
            return false;
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String field : body.split("&", -1)) {
            String[] parts = field.split("=", 2);
            if (parts.length == 2) {
                form.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
