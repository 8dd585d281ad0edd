package io.waybill.sandbox.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.sandbox.SandboxException;
import io.waybill.sandbox.emulator.TurnedClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;

/**
 * The token endpoints of Microsoft ({@code /TENANT/oauth2/v2.0/token}, client credentials by secret or
 * certificate) and Google ({@code /token}, JWT bearer) on a
 * free port of 127.0.0.1. It gives a token to who is known, until it is told to answer something else.
 */
public final class TokenServer implements AutoCloseable {
    private static final int FORM_BYTES_MAX = 64 * 1024;
    private static final String MICROSOFT = "/oauth2/v2.0/token";
    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final Map<EntraApp, String> apps = new HashMap<>();
    private final Map<EntraApp, X509Certificate> certificates = new HashMap<>();
    private final Map<String, PublicKey> serviceAccounts = new HashMap<>();
    private final List<Map<String, String>> requests = new ArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final Map<String, Issued> valid = new HashMap<>();
    private final TurnedClock clock = new TurnedClock();
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

    /** A token that was given out, to whom and for what. */
    private record Issued(Optional<EntraApp> app, Optional<GoogleGrant> grant, String scope, Instant expires) {}

    public static TokenServer start() {
        return start(0);
    }

    /** On that port; 0 for a free one. */
    public static TokenServer start(int port) {
        try {
            TokenServer tokens = new TokenServer(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50));
            tokens.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            tokens.server.createContext("/", tokens::take);
            tokens.server.start();
            return tokens;
        } catch (IOException taken) {
            throw new SandboxException(
                    "the token endpoint's port " + port + " is taken", "Name another with --token-port.", taken);
        }
    }

    /** The address that stands for {@code https://login.microsoftonline.com/}, or for {@code https://oauth2.googleapis.com/}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** An app of Microsoft's that may have tokens. */
    public synchronized void addApp(String tenant, String clientId, String secret) {
        apps.put(new EntraApp(tenant, clientId), secret);
    }

    /** An app of Microsoft's that may have tokens for assertions that are signed with this certificate's key. */
    public synchronized void addApp(String tenant, String clientId, X509Certificate certificate) {
        certificates.put(new EntraApp(tenant, clientId), certificate);
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

    /** Turns the clock, for who asks for tokens by another one; back if it is negative. */
    public void advance(Duration time) {
        clock.turn(time);
    }

    /** Whether the token was given out here, is not revoked and not too old. */
    public synchronized boolean isValid(String token) {
        Issued issued = valid.get(token);
        return issued != null && clock.instant().isBefore(issued.expires());
    }

    /** The app that holds a valid token for the scope; empty for every other token. */
    public synchronized Optional<EntraApp> appOf(String token, String scope) {
        return isValid(token) && valid.get(token).scope().equals(scope)
                ? valid.get(token).app()
                : Optional.empty();
    }

    /** What a service account got a valid token for; empty for every other token. */
    public synchronized Optional<GoogleGrant> grantOf(String token) {
        return isValid(token) ? valid.get(token).grant() : Optional.empty();
    }

    /** All tokens of now are worth nothing any more. */
    public synchronized void revokeAll() {
        valid.clear();
    }

    /** The forms that came, with the path as {@code path} and of an assertion {@code header.…} and {@code claim.…}; no secrets. */
    public synchronized List<Map<String, String>> requests() {
        return List.copyOf(requests);
    }

    private void take(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Map<String, String> form =
                form(new String(exchange.getRequestBody().readNBytes(FORM_BYTES_MAX), StandardCharsets.US_ASCII));
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
        boolean google = path.equals("/token");
        boolean known = google ? isServiceAccount(seen.remove("assertion"), seen) : isApp(path, form, seen);
        requests.add(Map.copyOf(seen));
        if (!answers.isEmpty()) {
            return answers.poll();
        }
        if (!known) {
            return google ? Answer.error(400, "invalid_grant") : Answer.error(401, "invalid_client");
        }
        String token = "token-" + ++issued;
        valid.put(
                token,
                new Issued(
                        google ? Optional.empty() : Optional.of(app(path, form)),
                        google ? Optional.of(grant(seen)) : Optional.empty(),
                        form.getOrDefault("scope", ""),
                        clock.instant().plusSeconds(lifetimeSeconds)));
        return new Answer(
                200,
                "{\"token_type\":\"Bearer\",\"expires_in\":" + lifetimeSeconds + ",\"access_token\":\"" + token + "\"}",
                null);
    }

    /** Whether a service account that is known signed the assertion, for now. */
    private boolean isServiceAccount(String text, Map<String, String> seen) {
        Optional<Assertion> assertion = Assertion.parse(text);
        assertion.ifPresent(said -> keep(said, seen));
        return assertion
                .filter(said -> serviceAccounts.containsKey(said.claim("iss")))
                .filter(said -> said.isSignedBy(serviceAccounts.get(said.claim("iss"))))
                .filter(said -> said.isCurrentForGoogle(clock.instant()))
                .isPresent();
    }

    private static GoogleGrant grant(Map<String, String> seen) {
        String account = seen.get("claim.iss");
        // Google takes several scopes, with spaces between them.
        Set<String> scopes = new HashSet<>(
                List.of(seen.getOrDefault("claim.scope", "").strip().split(" +", -1)));
        return new GoogleGrant(account, seen.getOrDefault("claim.sub", account), scopes);
    }

    /** Whether an app that is known shows its secret, or an assertion its certificate's key signed for this endpoint. */
    private boolean isApp(String path, Map<String, String> form, Map<String, String> seen) {
        if (!path.endsWith(MICROSOFT)) {
            return false;
        }
        String client = form.get("client_id");
        EntraApp app = app(path, form);
        Optional<Assertion> assertion = Assertion.parse(seen.remove("client_assertion"));
        if (form.containsKey("client_secret")) {
            return form.get("client_secret").equals(apps.get(app));
        }
        assertion.ifPresent(said -> keep(said, seen));
        X509Certificate certificate = certificates.get(app);
        String audience = url() + path.substring(1);
        return certificate != null
                && ASSERTION_TYPE.equals(form.get("client_assertion_type"))
                && assertion
                        .filter(said -> said.names(certificate))
                        .filter(said -> said.isSignedBy(certificate.getPublicKey()))
                        .filter(said -> said.isOf(client, audience, clock.instant()))
                        .isPresent();
    }

    /** Who asks for a token, as it says. */
    private static EntraApp app(String path, Map<String, String> form) {
        return new EntraApp(path.split("/", -1)[1], form.getOrDefault("client_id", ""));
    }

    private static void keep(Assertion assertion, Map<String, String> seen) {
        keep("header.", assertion.header(), seen);
        keep("claim.", assertion.claims(), seen);
    }

    private static void keep(String prefix, JsonNode part, Map<String, String> seen) {
        part.properties()
                .forEach(
                        each -> seen.put(prefix + each.getKey(), each.getValue().asText()));
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
