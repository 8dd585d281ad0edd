package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sandbox.oauth.TokenServer.Answer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.oauth.TokenEndpoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signing in by access token. */
class ImapSignInIT {
    private static final String APP_SECRET = "swordfish+/=&";
    private static final String EMAIL = "waybill@project.iam.gserviceaccount.example";

    @TempDir
    Path directory;

    private FaultyImapServer server;
    private TokenServer tokens;
    private ImapMailSource source;
    private ImapPointer pointer;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        tokens = TokenServer.start();
        tokens.addApp("contoso.example", "app-1", APP_SECRET);
        ImapMailbox inbox = server.addAccount(LOGIN, PASSWORD);
        server.allowTokens(LOGIN, tokens::isValid);
        pointer = ImapPointer.of("INBOX", inbox.uidValidity(), inbox.append(mail("one")));
        source = source(Map.of("WAYBILL_SECRET_APP", APP_SECRET));
    }

    @AfterEach
    void stop() {
        source.close();
        tokens.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    @DisplayName("an app of Microsoft's signs in by XOAUTH2, in one step or in two")
    void microsoft_signsIn(boolean inOneStep) {
        if (!inOneStep) {
            server.inject(new ImapFault.Without("SASL-IR"));
        }
        fetched(microsoft());
        assertEquals(List.of("AUTHENTICATE XOAUTH2"), authentications());
        Map<String, String> asked = tokens.requests().getFirst();
        assertEquals("/contoso.example/oauth2/v2.0/token", asked.get("path"));
        assertEquals("client_credentials", asked.get("grant_type"));
        assertEquals("https://outlook.office365.com/.default", asked.get("scope"));
    }

    @Test
    @DisplayName("a service account of Google's signs in for the user name of the mailbox")
    void google_signsIn() throws Exception {
        KeyPair pair = keys();
        tokens.addServiceAccount(EMAIL, pair.getPublic());
        writeKey(pair);
        fetched(google());
        Map<String, String> asked = tokens.requests().getFirst();
        assertEquals("urn:ietf:params:oauth:grant-type:jwt-bearer", asked.get("grant_type"));
        assertEquals(LOGIN, asked.get("claim.sub"));
        assertEquals(EMAIL, asked.get("claim.iss"));
        assertEquals("https://mail.google.com/", asked.get("claim.scope"));
        assertEquals("https://oauth2.googleapis.com/token", asked.get("claim.aud"));
    }

    @Test
    void google_keyOfAnother_isRefused() throws Exception {
        tokens.addServiceAccount(EMAIL, keys().getPublic());
        writeKey(keys());
        Failure failure = failed(google());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertEquals("the token endpoint of Google refuses the credential (invalid_grant)", failure.detail());
    }

    @Test
    void google_fileThatIsNoKey_isRefusedWithoutAsking() throws Exception {
        Files.writeString(directory.resolve("service-account.json"), "{\"client_email\":\"quokka\"}");
        Failure failure = failed(google());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertEquals("file:service-account.json is not the JSON key of a Google service account", failure.detail());
        assertEquals(0, tokens.requests().size());
    }

    @Test
    void token_isAskedForOnce() {
        fetched(microsoft());
        server.dropConnections();
        fetched(microsoft());
        assertEquals(2, server.logins());
        assertEquals(1, tokens.requests().size());
    }

    @Test
    @DisplayName("a token that was revoked is fetched anew once, and the job does not notice")
    void token_revoked_isFetchedAnew() {
        fetched(microsoft());
        server.dropConnections();
        tokens.revokeAll();
        fetched(microsoft());
        assertEquals(2, tokens.requests().size());
        assertEquals(1, server.refusedLogins());
    }

    @Test
    void token_refusedWhenNew_isNotFetchedAgain() {
        server.allowTokens(LOGIN, _ -> false);
        Failure failure = failed(microsoft());
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
        assertEquals("the server refused the login (AUTHENTICATIONFAILED)", failure.detail());
        assertEquals(1, tokens.requests().size());
        assertEquals(1, authentications().size());
    }

    @Test
    void token_keptAndRefusedForGood_isTriedTwiceAndNotMore() {
        fetched(microsoft());
        server.dropConnections();
        server.allowTokens(LOGIN, _ -> false);
        assertEquals(FailureCode.CREDENTIALS_REFUSED, failed(microsoft()).code());
        assertEquals(2, tokens.requests().size());
        assertEquals(3, authentications().size());
    }

    @ParameterizedTest
    @CsvSource({
        "[UNAVAILABLE] Temporary authentication failure, SOURCE_THROTTLED",
        "[LIMIT] Too many sessions, SOURCE_THROTTLED",
        "[ALERT] Too many simultaneous connections. (Failure), SOURCE_THROTTLED",
        "[ALERT] Please log in via your web browser, CREDENTIALS_REFUSED",
        "AUTHENTICATE failed., CREDENTIALS_REFUSED",
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure), CREDENTIALS_REFUSED",
    })
    void authenticate_answeredNo_hasTheCodeOfItsReason(String text, FailureCode code) {
        server.inject(new ImapFault.No("AUTHENTICATE", text));
        assertEquals(code, failed(microsoft()).code());
    }

    @Test
    void server_withoutXoauth2_isRefusedWithoutShowingTheToken() {
        try (FaultyImapServer other = FaultyImapServer.start()) {
            other.addAccount(LOGIN, PASSWORD);
            Failure failure = failure(source.fetch(
                    mailbox(other.port(), new ImapSignIn.MicrosoftApp("contoso.example", "app-1", app())),
                    pointer,
                    WITHIN));
            assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
            assertTrue(failure.detail().contains("XOAUTH2"), failure.detail());
            assertEquals(0, other.count("AUTHENTICATE"));
        }
    }

    @Test
    void endpoint_refusesTheApp_isCredentialsRefusedAndNobodyIsAskedToLogIn() {
        try (ImapMailSource wrong = source(Map.of("WAYBILL_SECRET_APP", "wrong-secret"))) {
            Failure failure = failure(wrong.fetch(microsoft(), pointer, WITHIN));
            assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
            assertEquals("the token endpoint of Microsoft refuses the credential (invalid_client)", failure.detail());
            assertFalse(failure.toString().contains("wrong-secret"));
        }
        assertEquals(0, server.connectionsAccepted());
    }

    @Test
    void endpoint_throttles_isThrottledForAsLongAsItSays() {
        tokens.answerNext(new Answer(429, "{}", "17"));
        Failure failure = failed(microsoft());
        assertEquals(FailureCode.SOURCE_THROTTLED, failure.code());
        assertEquals(Optional.of(Duration.ofSeconds(17)), failure.retryAfter());
        fetched(microsoft());
    }

    @Test
    void secret_missing_namesTheReference() {
        try (ImapMailSource without = source(Map.of())) {
            Failure failure = failure(without.fetch(microsoft(), pointer, WITHIN));
            assertEquals(FailureCode.CREDENTIALS_REFUSED, failure.code());
            assertEquals("there is no credential under env:WAYBILL_SECRET_APP", failure.detail());
        }
    }

    private ImapMailSource source(Map<String, String> environment) {
        return new ImapMailSource(
                new ImapConnector(
                        new Secrets(environment, directory),
                        ImapWorld.SETTINGS,
                        TokenEndpoints.of(Optional.of(tokens.url()), Optional.of(tokens.url()))),
                new ByteBudget(16 << 20, 64 << 20),
                directory.resolve("spool"),
                Clock.systemUTC());
    }

    private Mailbox microsoft() {
        return mailbox(server.port(), new ImapSignIn.MicrosoftApp("contoso.example", "app-1", app()));
    }

    private Mailbox google() {
        return mailbox(
                server.port(),
                new ImapSignIn.GoogleServiceAccount(new CredentialReference("file:service-account.json")));
    }

    private static CredentialReference app() {
        return new CredentialReference("env:WAYBILL_SECRET_APP");
    }

    private static Mailbox mailbox(int port, ImapSignIn signIn) {
        return ImapWorld.mailbox(
                new ImapAccount("127.0.0.1", port, ImapAccount.Tls.NONE, LOGIN, signIn, List.of("INBOX"), null),
                MailboxLimits.DEFAULTS);
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private void writeKey(KeyPair pair) throws Exception {
        String base64 = Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded());
        String pem =
                "-----BEGIN PRIVATE KEY-----\\n" + base64.replace("\r\n", "\\n") + "\\n-----END PRIVATE KEY-----\\n";
        Files.writeString(
                directory.resolve("service-account.json"),
                "{\"type\":\"service_account\",\"private_key_id\":\"k1\",\"private_key\":\"" + pem
                        + "\",\"client_email\":\"" + EMAIL
                        + "\",\"token_uri\":\"https://evil.example/token\"}");
    }

    private List<String> authentications() {
        return server.commands().stream()
                .filter(line -> line.startsWith("AUTHENTICATE"))
                .toList();
    }

    private void fetched(Mailbox mailbox) {
        FetchResult result = source.fetch(mailbox, pointer, WITHIN);
        assertInstanceOf(FetchResult.Fetched.class, result, result::toString)
                .mail()
                .close();
    }

    private Failure failed(Mailbox mailbox) {
        return failure(source.fetch(mailbox, pointer, WITHIN));
    }

    private static Failure failure(FetchResult result) {
        return assertInstanceOf(FetchResult.Failed.class, result).failure();
    }
}
