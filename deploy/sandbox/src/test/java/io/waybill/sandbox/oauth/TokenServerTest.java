package io.waybill.sandbox.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Apps of Microsoft's that ask for tokens by secret and by certificate, and service accounts of Google's. */
class TokenServerTest {
    private static final String SCOPE = "https://graph.microsoft.com/.default";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path directory;

    private static TokenServer server;
    private static HttpClient client;
    private static PrivateKey key;
    private static PrivateKey otherKey;
    private static X509Certificate certificate;

    @BeforeAll
    static void start() throws Exception {
        server = TokenServer.start();
        client = HttpClient.newHttpClient();
        SelfSignedCertificate app = SelfSignedCertificate.rsa(directory, "app");
        key = app.key();
        certificate = app.certificate();
        otherKey = SelfSignedCertificate.rsa(directory, "other").key();
        server.addApp("contoso.example", "by-secret", "swordfish");
        server.addApp("contoso.example", "by-certificate", certificate);
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void secret_right_isATokenOfTheAppForTheScope() throws Exception {
        HttpResponse<String> answer = post(bySecret("swordfish"));
        String token = JSON.readTree(answer.body()).get("access_token").asText();

        assertEquals(Optional.of(new EntraApp("contoso.example", "by-secret")), server.appOf(token, SCOPE));
        assertEquals(Optional.empty(), server.appOf(token, "https://outlook.office365.com/.default"));
        assertEquals(Optional.empty(), server.appOf("made-up", SCOPE));
        assertFalse(server.requests().toString().contains("swordfish"));
        assertEquals(401, post(bySecret("wrong")).statusCode());
    }

    @Test
    void token_afterItsLife_isWorthNothing() throws Exception {
        server.lifetime(0);
        String token = JSON.readTree(post(bySecret("swordfish")).body())
                .get("access_token")
                .asText();
        server.lifetime(3_600);

        assertFalse(server.isValid(token));
    }

    @Test
    void serviceAccount_known_getsATokenForItsSubjectAndScopes() throws Exception {
        server.addServiceAccount("reader@acme.example", certificate.getPublicKey());
        ObjectNode claims = JSON.createObjectNode()
                .put("iss", "reader@acme.example")
                .put("sub", "support@acme.example")
                .put("scope", "one two")
                .put("iat", Instant.now().getEpochSecond())
                .put("exp", Instant.now().getEpochSecond() + 3_600);
        String token = google(claims, key).get("access_token").asText();
        String own = google(claims.without("sub"), key).get("access_token").asText();

        assertEquals(
                Optional.of(new GoogleGrant("reader@acme.example", "support@acme.example", Set.of("one", "two"))),
                server.grantOf(token));
        assertEquals("reader@acme.example", server.grantOf(own).orElseThrow().subject());
        assertEquals(Optional.empty(), server.grantOf("made-up"));
        assertEquals(Optional.empty(), server.appOf(token, "one"));
        assertEquals("invalid_grant", google(claims, otherKey).get("error").asText());
        String app = JSON.readTree(post(bySecret("swordfish")).body())
                .get("access_token")
                .asText();
        assertEquals(Optional.empty(), server.grantOf(app));
    }

    @ParameterizedTest
    @CsvSource({"RS256, x5t", "RS256, x5t#S256", "PS256, x5t#S256"})
    void certificate_right_isAToken(String algorithm, String thumbprint) throws Exception {
        String assertion = assertion(algorithm, thumbprint, claims(), key);
        HttpResponse<String> answer = post(byAssertion(assertion));

        assertEquals(200, answer.statusCode(), answer.body());
        String token = JSON.readTree(answer.body()).get("access_token").asText();
        assertEquals(Optional.of(new EntraApp("contoso.example", "by-certificate")), server.appOf(token, SCOPE));
        assertFalse(server.requests().toString().contains(assertion));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aud", "iss", "sub", "jti"})
    void certificate_withoutOneOfItsClaims_isRefused(String missing) throws Exception {
        ObjectNode claims = claims();
        claims.remove(missing);

        assertEquals(
                401, post(byAssertion(assertion("RS256", "x5t", claims, key))).statusCode());
    }

    @Test
    void certificate_outOfTimeOrOfAnotherKey_isRefused() throws Exception {
        long now = Instant.now().getEpochSecond();
        assertEquals(
                401,
                post(byAssertion(assertion("RS256", "x5t", claims(), otherKey))).statusCode());
        ObjectNode expired = claims().put("exp", now - 1);
        assertEquals(
                401, post(byAssertion(assertion("RS256", "x5t", expired, key))).statusCode());
        ObjectNode early = claims().put("nbf", now + 60);
        assertEquals(
                401, post(byAssertion(assertion("RS256", "x5t", early, key))).statusCode());
        ObjectNode tooLong = claims().put("exp", now + 3_600);
        assertEquals(
                401, post(byAssertion(assertion("RS256", "x5t", tooLong, key))).statusCode());
        assertEquals(401, post(byAssertion("not.a.jwt")).statusCode());
        assertEquals(
                401, post(byAssertion(assertion("RS256", "kid", claims(), key))).statusCode());
    }

    @Test
    void certificate_namedByBothThumbprints_mustBeNamedRightByBoth() throws Exception {
        ObjectNode header = JSON.createObjectNode()
                .put("alg", "RS256")
                .put("typ", "JWT")
                .put("x5t", thumbprint("x5t"))
                .put("x5t#S256", thumbprint("x5t#S256"));
        assertEquals(200, post(byAssertion(assertion(header, claims(), key))).statusCode());
        assertEquals(thumbprint("x5t"), server.requests().getLast().get("header.x5t"));

        for (String wrong : List.of("x5t", "x5t#S256")) {
            ObjectNode other = header.deepCopy().put(wrong, "made-up");
            assertEquals(401, post(byAssertion(assertion(other, claims(), key))).statusCode());
        }
    }

    private static ObjectNode claims() {
        long now = Instant.now().getEpochSecond();
        return JSON.createObjectNode()
                .put("aud", server.url() + "contoso.example/oauth2/v2.0/token")
                .put("iss", "by-certificate")
                .put("sub", "by-certificate")
                .put("jti", UUID.randomUUID().toString())
                .put("nbf", now)
                .put("exp", now + 300);
    }

    private static Map<String, String> bySecret(String secret) {
        return new TreeMap<>(Map.of(
                "client_id", "by-secret", "scope", SCOPE, "client_secret", secret, "grant_type", "client_credentials"));
    }

    private static Map<String, String> byAssertion(String assertion) {
        return new TreeMap<>(Map.of(
                "client_id", "by-certificate",
                "scope", SCOPE,
                "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion", assertion,
                "grant_type", "client_credentials"));
    }

    private static JsonNode google(JsonNode claims, PrivateKey signer) throws Exception {
        JsonNode header = JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT");
        Map<String, String> form = Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion",
                assertion(header, claims, signer));
        return JSON.readTree(post("token", form).body());
    }

    private static HttpResponse<String> post(Map<String, String> form) throws Exception {
        return post("contoso.example/oauth2/v2.0/token", form);
    }

    private static HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        String body = form.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(server.url().resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static String assertion(String algorithm, String thumbprint, JsonNode claims, PrivateKey signer)
            throws Exception {
        ObjectNode header = JSON.createObjectNode().put("alg", algorithm).put("typ", "JWT");
        return assertion(header.put(thumbprint, thumbprint(thumbprint)), claims, signer);
    }

    private static String thumbprint(String form) throws Exception {
        return base64(MessageDigest.getInstance(form.equals("x5t#S256") ? "SHA-256" : "SHA-1")
                .digest(certificate.getEncoded()));
    }

    private static String assertion(JsonNode header, JsonNode claims, PrivateKey signer) throws Exception {
        boolean pss = header.path("alg").asText().equals("PS256");
        String signed = base64(JSON.writeValueAsBytes(header)) + "." + base64(JSON.writeValueAsBytes(claims));
        Signature signature = Signature.getInstance(pss ? "RSASSA-PSS" : "SHA256withRSA");
        if (pss) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        signature.initSign(signer);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
