package io.waybill.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.oauth.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The emulator with one user, an app that has a token, and an endpoint. */
final class GraphFixture implements AutoCloseable {
    static final String USER = "622eaaff-0683-4862-9de4-f2ec83c2bd98";
    static final String MAIL = "support@example.com";
    static final String IMMUTABLE = "IdType=\"ImmutableId\"";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    final TokenServer tokens = TokenServer.start();
    final Listener listener = new Listener();
    final HttpClient client = HttpClient.newHttpClient();
    final GraphServer graph;
    final String token;

    GraphFixture() throws Exception {
        this(quick());
    }

    GraphFixture(GraphSettings settings) throws Exception {
        graph = GraphServer.start(0, given -> tokens.appOf(given, GraphServer.SCOPE), settings);
        graph.addUser(USER, MAIL);
        tokens.addApp("contoso.example", "app-1", "swordfish");
        token = token("app-1");
    }

    record Answer(int status, JsonNode json, HttpResponse<byte[]> raw) {
        String code() {
            return json.path("error").path("code").asText();
        }
    }

    /** Microsoft's numbers, but for the time between tries. */
    static GraphSettings quick() {
        return GraphSettings.defaults()
                .with(GraphSettings.Delivery.defaults()
                        .retrying(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(30)));
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(5));
    }

    static byte[] mail(String name) {
        return ("From: Ann <ann@example.net>\r\nTo: support@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= " + name
                        + "\r\nMessage-ID: <" + name + "@example.net>\r\n\r\nHello " + name + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    String token(String app) throws Exception {
        return token("contoso.example", app);
    }

    String token(String tenant, String app) throws Exception {
        String form = "client_id=" + app + "&scope=" + encode(GraphServer.SCOPE)
                + "&client_secret=swordfish&grant_type=client_credentials";
        HttpRequest request = HttpRequest.newBuilder(tokens.url().resolve(tenant + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return JSON.readTree(client.send(request, BodyHandlers.ofString()).body())
                .get("access_token")
                .asText();
    }

    Answer get(String path, String... prefer) throws Exception {
        return send(request(path, prefer).build());
    }

    Answer call(String method, String path, JsonNode body, String... prefer) throws Exception {
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        return send(request(path, prefer)
                .header("Content-Type", "application/json")
                .method(method, content)
                .build());
    }

    HttpRequest.Builder request(String path, String... prefer) {
        URI uri = path.startsWith("http") ? URI.create(path) : graph.url().resolve(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
        for (String each : prefer) {
            request.header("Prefer", each);
        }
        return request;
    }

    Answer send(HttpRequest request) throws Exception {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), json(response.body()), response);
    }

    /** What a client asks for that wants to hear of the inbox. */
    ObjectNode subscription() {
        return JSON.createObjectNode()
                .put("changeType", "created")
                .put("notificationUrl", listener.url("/notify?k=abc"))
                .put("lifecycleNotificationUrl", listener.url("/lifecycle?k=abc"))
                .put("resource", "users/" + USER + "/mailFolders('inbox')/messages")
                .put(
                        "expirationDateTime",
                        Instant.now().plus(Duration.ofDays(2)).toString())
                .put("clientState", "s3cret");
    }

    /** Subscribes to the inbox; returns the id. */
    String subscribe() throws Exception {
        return call("POST", "v1.0/subscriptions", subscription(), IMMUTABLE)
                .json()
                .get("id")
                .asText();
    }

    static String message(String id) {
        return "v1.0/users/" + USER + "/messages/" + id;
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException mime) {
            return JSON.missingNode();
        }
    }

    @Override
    public void close() {
        graph.close();
        listener.close();
        tokens.close();
        client.close();
    }
}
