package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.sandbox.oauth.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The emulator with one user, a service account that acts for it, and an endpoint that the user's changes are pushed to. */
final class GmailFixture implements AutoCloseable {
    static final String USER = "support@example.com";
    static final String ACCOUNT = "reader@acme-mail.iam.gserviceaccount.com";
    static final String PUSHER = "push@acme-mail.iam.gserviceaccount.com";
    static final String TOPIC = "projects/acme-mail/topics/gmail";
    static final String SUBSCRIPTION = "projects/acme-mail/subscriptions/gmail";
    static final String AUDIENCE = "https://in.example.com";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    // Made once: it takes a good part of a second.
    private static final KeyPair KEY = generate();

    final TokenServer tokens = TokenServer.start();
    final PushListener listener = new PushListener();
    final HttpClient client = HttpClient.newHttpClient();
    final GmailServer gmail;
    final String token;

    GmailFixture() throws Exception {
        this(quick());
    }

    GmailFixture(GmailSettings settings) throws Exception {
        gmail = GmailServer.start(0, tokens::grantOf, settings);
        gmail.addUser(USER);
        gmail.subscribe(subscription(SUBSCRIPTION, "/push?k=abc"));
        tokens.addServiceAccount(ACCOUNT, KEY.getPublic());
        token = token(USER, GmailServer.SCOPE);
    }

    record Answer(int status, JsonNode json, HttpResponse<byte[]> raw) {
        String reason() {
            return json.path("error").path("errors").path(0).path("reason").asText();
        }

        String message() {
            return json.path("error").path("message").asText();
        }
    }

    /** Google's numbers, but for the time between tries. */
    static GmailSettings quick() {
        return GmailSettings.defaults().with(quickly());
    }

    static GmailSettings.Push quickly() {
        return GmailSettings.Push.defaults()
                .retrying(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofSeconds(30));
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(5));
    }

    static byte[] mail(String name) {
        return ("From: Ann <ann@example.net>\r\nTo: support@example.com\r\nSubject: Hello " + name + "\r\nMessage-ID: <"
                        + name + "@example.net>\r\n\r\nHello\r\n " + name + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    PushSubscription subscription(String name, String pathAndQuery) {
        return new PushSubscription(name, TOPIC, URI.create(listener.url(pathAndQuery)), AUDIENCE, PUSHER);
    }

    /** Of the service account, for that user. */
    String token(String subject, String scope) throws Exception {
        return token(ACCOUNT, subject, scope);
    }

    String token(String account, String subject, String scope) throws Exception {
        long now = Instant.now().getEpochSecond();
        JsonNode claims = JSON.createObjectNode()
                .put("iss", account)
                .put("sub", subject)
                .put("scope", scope)
                .put("aud", "https://oauth2.googleapis.com/token")
                .put("iat", now)
                .put("exp", now + 3_600);
        String form = "grant_type=" + encode("urn:ietf:params:oauth:grant-type:jwt-bearer") + "&assertion="
                + jwt(JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT"), claims);
        HttpRequest request = HttpRequest.newBuilder(tokens.url().resolve("token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return JSON.readTree(client.send(request, BodyHandlers.ofString()).body())
                .get("access_token")
                .asText();
    }

    /** Another service account, which signs with the same key. */
    String tokenOfProject(String project) throws Exception {
        String account = "reader@" + project + ".iam.gserviceaccount.com";
        tokens.addServiceAccount(account, KEY.getPublic());
        return token(account, USER, GmailServer.SCOPE);
    }

    Answer get(String path) throws Exception {
        return send(request(path, token).build());
    }

    Answer post(String path, String body) throws Exception {
        return send(request(path, token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Watches the inbox; returns the history id of the answer. */
    String watch() throws Exception {
        return post("gmail/v1/users/me/watch", "{\"topicName\":\"" + TOPIC + "\",\"labelIds\":[\"INBOX\"]}")
                .json()
                .get("historyId")
                .asText();
    }

    HttpRequest.Builder request(String path, String bearer) {
        return HttpRequest.newBuilder(gmail.url().resolve(path)).header("Authorization", "Bearer " + bearer);
    }

    Answer send(HttpRequest request) throws Exception {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), json(response.body()), response);
    }

    static String message(String id) {
        return "gmail/v1/users/me/messages/" + id;
    }

    static String history(String start, String rest) {
        return "gmail/v1/users/me/history?startHistoryId=" + start + rest;
    }

    static List<String> texts(JsonNode array, String field) {
        return array.valueStream().map(each -> each.path(field).asText()).toList();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String jwt(JsonNode header, JsonNode claims) throws Exception {
        String signed = base64(JSON.writeValueAsBytes(header)) + "." + base64(JSON.writeValueAsBytes(claims));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(KEY.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException none) {
            return JSON.missingNode();
        }
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Override
    public void close() {
        gmail.close();
        listener.close();
        tokens.close();
        client.close();
    }
}
