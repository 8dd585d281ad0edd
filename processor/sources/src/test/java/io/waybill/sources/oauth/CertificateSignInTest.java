package io.waybill.sources.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.oauth.EntraApp;
import io.waybill.sandbox.oauth.SelfSignedCertificate;
import io.waybill.sandbox.oauth.TokenServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An app of Microsoft's that signs in by certificate, at an endpoint that verifies what it signed. */
class CertificateSignInTest {
    private static final Grant GRANT = new Grant.ClientCertificate(
            MicrosoftAccount.Cloud.GLOBAL,
            "contoso.example",
            "app-1",
            new CredentialReference("file:app.pem"),
            "https://graph.microsoft.com/.default");

    @TempDir
    static Path made;

    private static SelfSignedCertificate ours;
    private static SelfSignedCertificate another;
    private static SelfSignedCertificate curve;

    @TempDir
    Path secrets;

    private TokenServer server;

    @BeforeAll
    static void make() {
        ours = SelfSignedCertificate.rsa(made, "ours");
        another = SelfSignedCertificate.rsa(made, "another");
        curve = SelfSignedCertificate.ec(made, "curve");
    }

    @BeforeEach
    void start() {
        server = TokenServer.start();
        server.addApp("contoso.example", "app-1", ours.certificate());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void get_certificateAndItsKey_isATokenOfTheApp() throws Exception {
        write(ours.certificatePem() + ours.keyPem());
        String token = get(Clock.systemUTC()).value().text();
        assertEquals(Optional.of(new EntraApp("contoso.example", "app-1")), server.appOf(token, GRANT.scope()));

        Map<String, String> first = server.requests().getFirst();
        assertEquals("client_credentials", first.get("grant_type"));
        assertEquals(server.url() + "contoso.example/oauth2/v2.0/token", first.get("claim.aud"));
        assertEquals("app-1", first.get("claim.iss"));
        assertEquals("app-1", first.get("claim.sub"));
        assertEquals(600, Long.parseLong(first.get("claim.exp")) - Long.parseLong(first.get("claim.nbf")));
        assertEquals("RS256", first.get("header.alg"));
        assertEquals(thumbprint("SHA-1"), first.get("header.x5t"));
        assertEquals(thumbprint("SHA-256"), first.get("header.x5t#S256"));

        get(Clock.systemUTC());
        assertNotEquals(
                first.get("claim.jti"), server.requests().getLast().get("claim.jti"), "a statement is used once");
    }

    /** As tools write it: the key first, words around it, the issuer's certificate behind. */
    @Test
    void get_otherThingsInTheFile_areSkipped() throws Exception {
        write("Bag Attributes\r\n    friendlyName: app\r\n" + ours.keyPem() + "subject=CN = ours\n"
                + ours.certificatePem() + another.certificatePem());
        get(Clock.systemUTC());
    }

    @Test
    void get_certificateThatTheAppDoesNotHave_isRefusedUntilTheFileIsReplaced() throws Exception {
        write(another.certificatePem() + another.keyPem());
        try (AccessTokens tokens = tokens(Clock.systemUTC())) {
            TokenException refused = assertThrows(TokenException.class, () -> tokens.get(GRANT));
            assertEquals(FailureCode.CREDENTIALS_REFUSED, refused.code());
            assertEquals(
                    "the token endpoint of Microsoft refuses the credential (invalid_client)", refused.getMessage());
            assertEquals(1, server.requests().size());

            write(ours.certificatePem() + ours.keyPem());
            assertFalse(tokens.get(GRANT).kept());
        }
    }

    static Stream<String> unusable() {
        return Stream.of(
                "",
                "no PEM",
                ours.certificatePem(),
                ours.keyPem(),
                ours.certificatePem() + another.keyPem(),
                curve.certificatePem() + curve.keyPem(),
                curve.certificatePem() + ours.keyPem(),
                ours.certificatePem() + curve.keyPem(),
                ours.certificatePem() + ours.keyPem().replace("PRIVATE KEY", "RSA PRIVATE KEY"),
                ours.certificatePem() + ours.keyPem().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
                ours.certificatePem().replace("CERTIFICATE", "CERTIFICATE REQUEST") + ours.keyPem(),
                ours.certificatePem() + cut(ours.keyPem()),
                cut(ours.certificatePem()) + ours.keyPem());
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void get_fileThatIsNoneOfACertificateAndItsKey_isRefusedWithoutARequestAndRepeatsNothing(String file)
            throws Exception {
        write(file);
        TokenException refused = assertThrows(TokenException.class, () -> get(Clock.systemUTC()));
        assertEquals(FailureCode.CREDENTIALS_REFUSED, refused.code());
        assertEquals(
                file.isEmpty()
                        ? "there is no credential under file:app.pem"
                        : "file:app.pem is not a certificate and its private key of RSA, in PEM",
                refused.getMessage());
        assertEquals(null, refused.getCause());
        assertEquals(0, server.requests().size());
    }

    /** The endpoint lets clocks differ by 5 s; we let them differ by 30 s more, and by most of the ten minutes in the other direction. */
    @ParameterizedTest
    @ValueSource(longs = {-540, -60, 0, 20, 30})
    void get_clockThatIsSomewhatWrong_isStillAToken(long seconds) throws Exception {
        write(ours.certificatePem() + ours.keyPem());
        get(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-3_600, -600, 60, 3_600})
    void get_clockThatIsWrong_isRefused(long seconds) throws Exception {
        write(ours.certificatePem() + ours.keyPem());
        TokenException refused = assertThrows(
                TokenException.class, () -> get(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds))));
        assertEquals(FailureCode.CREDENTIALS_REFUSED, refused.code());
    }

    private AccessToken get(Clock clock) throws Exception {
        try (AccessTokens tokens = tokens(clock)) {
            return tokens.get(GRANT).token();
        }
    }

    private AccessTokens tokens(Clock clock) {
        return new AccessTokens(
                new Secrets(Map.of(), secrets), TokenEndpoints.of(Optional.of(server.url()), Optional.empty()), clock);
    }

    private void write(String file) throws Exception {
        Files.writeString(secrets.resolve("app.pem"), file);
    }

    /** Half of its lines: still PEM, but not what it says. */
    private static String cut(String pem) {
        int end = pem.indexOf("-----END");
        return pem.substring(0, end / 2).stripTrailing() + "\n" + pem.substring(end);
    }

    private static String thumbprint(String algorithm) throws Exception {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance(algorithm)
                        .digest(ours.certificate().getEncoded()));
    }
}
