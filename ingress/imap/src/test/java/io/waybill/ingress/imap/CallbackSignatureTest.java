package io.waybill.ingress.imap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.ingress.endpoint.FakeSender;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may enqueue: the holder of the mailbox's secret, now, and nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CallbackSignatureTest {
    private static final String BODY = "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1]}";
    private static final byte[] OWN = "sixteen bytes or more".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private final Mailbox ours = Ingress.mailbox("acme", "support", null);
    private final Mailbox theirs = Ingress.mailbox("globex", "support", null);
    private final Mailbox withSecret = Ingress.mailbox("acme", "own", "file:own.secret");
    private final Mailbox withoutSecret = Ingress.mailbox("acme", "lost", "file:lost.secret");
    private Path secrets;
    private Ingress ingress;
    private Listener listener;

    @BeforeAll
    void start(@TempDir Path directory) {
        secrets = directory;
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        Ingress.write(secrets, "own.secret", "whsec_" + Base64.getEncoder().encodeToString(OWN) + "\n");
        ingress = Ingress.inMemory(secrets, Map.of());
        Stream.of(ours, theirs, withSecret, withoutSecret).forEach(ingress.bean(InMemoryMailboxDirectory.class)::put);
        listener = ingress.listener();
    }

    @AfterAll
    void stop() {
        ingress.close();
    }

    static Stream<Arguments> forgeries() {
        Secret key = Ingress.derived(Ingress.mailbox("acme", "support", null));
        Map<String, String> good = Listener.sign(key, BODY);
        Instant now = Instant.now();
        return Stream.of(
                Arguments.of("no id", without(good, "webhook-id")),
                Arguments.of("no timestamp", without(good, "webhook-timestamp")),
                Arguments.of("no signature", without(good, "webhook-signature")),
                Arguments.of("another id", with(good, "webhook-id", "msg_other")),
                Arguments.of(
                        "another time",
                        with(good, "webhook-timestamp", "" + now.plusSeconds(9).getEpochSecond())),
                Arguments.of("no number", with(good, "webhook-timestamp", "yesterday")),
                Arguments.of("an overflow", with(good, "webhook-timestamp", "9223372036854775807")),
                Arguments.of("before all time", with(good, "webhook-timestamp", "-9223372036854775808")),
                Arguments.of("too old", Listener.sign(key, BODY, now.minusSeconds(310))),
                Arguments.of("from the future", Listener.sign(key, BODY, now.plusSeconds(310))),
                Arguments.of("another body", Listener.sign(key, BODY + " ")),
                Arguments.of("another key", Listener.sign(Secret.of("guessed"), BODY)),
                Arguments.of(
                        "no version",
                        with(
                                good,
                                "webhook-signature",
                                good.get("webhook-signature").substring(3))),
                Arguments.of(
                        "version 2",
                        with(
                                good,
                                "webhook-signature",
                                "v2" + good.get("webhook-signature").substring(2))),
                Arguments.of("nothing signed", with(good, "webhook-signature", "v1,")),
                Arguments.of("commas", with(good, "webhook-signature", ",,, , v1, ,v1")),
                Arguments.of("blank", with(good, "webhook-signature", " ")),
                Arguments.of("no base64", with(good, "webhook-signature", "v1,~~~~")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    @DisplayName("A07 i a missing, old, future or wrong signature enqueues nothing")
    void isValid_forged(String what, Map<String, String> headers) {
        assertRefused(ours.k(), headers);
    }

    @Test
    @DisplayName("A07 i a mailbox whose secret is missing takes nothing")
    void isValid_secretMissing() {
        assertRefused(withoutSecret.k(), Listener.sign(Ingress.derived(withoutSecret), BODY));
        assertRefused(withoutSecret.k(), Listener.sign(Secret.of(new byte[32]), BODY));
    }

    @Test
    @DisplayName("A22 a tenant's signature opens no mailbox of another tenant")
    void isValid_foreignTenant() {
        assertRefused(theirs.k(), Listener.sign(Ingress.derived(ours), BODY));
        assertRefused(theirs.k(), Listener.sign(Secret.of(OWN), BODY));
        assertRefused(withSecret.k(), Listener.sign(Ingress.derived(withSecret), BODY));
    }

    @Test
    void isValid_unknownRoutingId_answersTheSame() {
        HttpResponse<String> wrong = listener.post(ours.k(), Listener.sign(Secret.of("guessed"), BODY), BODY);
        for (String k : new String[] {"unknown", "", null, "nobody"}) {
            HttpResponse<String> unknown = listener.post(k, Listener.sign(Ingress.derived(ours), BODY), BODY);
            assertEquals(401, unknown.statusCode());
            assertEquals(wrong.body(), unknown.body());
            assertEquals(wrong.headers().map().keySet(), unknown.headers().map().keySet());
        }
    }

    @Test
    void isValid_withinTheWindow() {
        Secret key = Ingress.derived(ours);
        for (int seconds : new int[] {-290, 0, 290}) {
            Map<String, String> headers = Listener.sign(key, BODY, Instant.now().plusSeconds(seconds));
            assertEquals(202, listener.post(ours.k(), headers, BODY).statusCode());
        }
    }

    @Test
    void isValid_operatorsSecret() {
        assertEquals(
                202,
                listener.post(withSecret.k(), Listener.sign(Secret.of(OWN), BODY), BODY)
                        .statusCode());
    }

    @Test
    void isValid_severalSignatures_oneIsEnough() {
        Map<String, String> headers = Listener.sign(Ingress.derived(ours), BODY);
        String two = "v1,bm90IHRoaXMgb25l " + headers.get("webhook-signature");
        assertEquals(
                202,
                listener.post(ours.k(), with(headers, "webhook-signature", two), BODY)
                        .statusCode());
    }

    @Test
    void isValid_duringRotation_bothKeysAreLive() throws Exception {
        Map<String, String> former = Listener.sign(Ingress.derived(ours), BODY);
        Ingress.write(secrets, "install.key.previous", Ingress.INSTALL_KEY);
        Ingress.write(secrets, "install.key", "the next install key of the tests, long enough");
        try {
            assertEquals(202, listener.post(ours.k(), former, BODY).statusCode());
            Files.delete(secrets.resolve("install.key.previous"));
            assertRefused(ours.k(), former);
        } finally {
            Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        }
    }

    @Test
    void isValid_installKeyMissingOrTooShort_refuses() throws Exception {
        Map<String, String> headers = Listener.sign(Ingress.derived(ours), BODY);
        try {
            Files.delete(secrets.resolve("install.key"));
            assertRefused(ours.k(), headers);
            Ingress.write(secrets, "install.key", "short");
            assertRefused(ours.k(), headers);
        } finally {
            Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        }
    }

    /** Refused with the one answer there is, and nothing was enqueued. */
    private void assertRefused(String k, Map<String, String> headers) {
        FakeSender brokers = ingress.bean(FakeSender.class);
        int before = brokers.count();
        HttpResponse<String> answer = listener.post(k, headers, BODY);
        assertEquals(before, brokers.count());
        assertEquals(401, answer.statusCode());
        assertEquals(
                "StandardWebhooks",
                answer.headers().firstValue("www-authenticate").orElseThrow());
        assertEquals(
                "{\"type\":\"urn:waybill:problem:unauthorized\",\"title\":\"Unauthorized\",\"status\":401,"
                        + "\"detail\":\"no valid signature for this address\"}",
                answer.body());
    }

    private static Map<String, String> without(Map<String, String> headers, String name) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.remove(name);
        return changed;
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }
}
