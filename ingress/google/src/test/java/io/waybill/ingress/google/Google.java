package io.waybill.ingress.google;

import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.PushRegistration;
import io.waybill.sandbox.emulator.StoppedClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Google, as far as it signs tokens and publishes its keys. */
final class Google implements AutoCloseable {
    /** What it signs with, as a rule. */
    static final RSAKey KEY = generate("7d680d8c70d44e947133cbd499ebc1a61c3d5abc");

    /** Another key, which it may publish. */
    static final RSAKey NEXT = generate("0f1e2d3c4b5a69788796a5b4c3d2e1f000112233");

    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer answer = published("public, max-age=21348, must-revalidate, no-transform", KEY);
    private volatile CompletableFuture<Void> answering = CompletableFuture.completedFuture(null);

    /** What who asks for the keys gets. */
    record Answer(int status, Map<String, String> headers, byte[] body) {}

    Google() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(workers);
        server.createContext("/", this::answer);
        server.start();
    }

    /** A key of 2048 bits. */
    static RSAKey generate(String kid) {
        try {
            return new RSAKeyGenerator(2048).keyID(kid).generate();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The keys as Google gives them away. */
    static Answer published(String cacheControl, JWK... keys) {
        return new Answer(
                200,
                cacheControl == null ? Map.of() : Map.of("Cache-Control", cacheControl),
                new JWKSet(List.of(keys)).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Has the keys got once: the first exchange of a JVM may take longer than a push waits for them, and here nobody waits. */
    static void warmUp() {
        try (Google google = new Google();
                GoogleKeys keys = new GoogleKeys(
                        google.keys(), new StoppedClock(), new PushCounters(new SimpleMeterRegistry()))) {
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> keys.find(KEY.getKeyID()) instanceof GoogleKeys.Found.Key);
        }
    }

    void answer(Answer next) {
        answer = next;
    }

    /** From now on nobody is answered before this is complete. */
    CompletableFuture<Void> hold() {
        answering = new CompletableFuture<>();
        return answering;
    }

    /** How often somebody asked for the keys. */
    int asked() {
        return asked.get();
    }

    URI keys() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/oauth2/v3/certs");
    }

    /** What Pub/Sub's tokens say. */
    static JWTClaimsSet.Builder claims(PushRegistration registration, Instant now) {
        return new JWTClaimsSet.Builder()
                .audience(registration.audience())
                .claim("azp", "113774264463038321964")
                .claim("email", registration.serviceAccount())
                .subject("113774264463038321964")
                .claim("email_verified", true)
                .expirationTime(Date.from(now.plusSeconds(3600)))
                .issueTime(Date.from(now))
                .issuer("https://accounts.google.com");
    }

    static String sign(JWTClaimsSet.Builder claims) {
        return sign(KEY, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY.getKeyID()), claims);
    }

    static String sign(RSAKey key, JWSHeader.Builder header, JWTClaimsSet.Builder claims) {
        try {
            SignedJWT token = new SignedJWT(header.build(), claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        answering.join();
        Answer given = answer;
        try (exchange) {
            given.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(given.status(), given.body().length == 0 ? -1 : given.body().length);
            exchange.getResponseBody().write(given.body());
        }
    }

    @Override
    public void close() {
        answering.complete(null);
        server.stop(0);
        workers.close();
    }
}
