package io.waybill.sources.imap;

import static io.waybill.sources.imap.ImapWorld.LOGIN;
import static io.waybill.sources.imap.ImapWorld.PASSWORD;
import static io.waybill.sources.imap.ImapWorld.WITHIN;
import static io.waybill.sources.imap.ImapWorld.await;
import static io.waybill.sources.imap.ImapWorld.lines;
import static io.waybill.sources.imap.ImapWorld.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.sandbox.imap.FaultyImapServer;
import io.waybill.sandbox.imap.ImapFault;
import io.waybill.sandbox.imap.ImapMailbox;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.oauth.TokenEndpoints;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections under TLS: whom to trust, and what happens where there is none. */
class ImapTlsIT {
    @TempDir
    Path directory;

    private FaultyImapServer server;
    private ImapPointer pointer;

    @BeforeEach
    void start() {
        server = FaultyImapServer.start();
        ImapMailbox inbox = server.addAccount(LOGIN, PASSWORD);
        pointer = ImapPointer.of("INBOX", inbox.uidValidity(), inbox.append(mail("secured", lines(5_000))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fetch_trustedCertificateForThisHost_works() throws Exception {
        try (TlsRelay relay = new TlsRelay(directory, "localhost", server.port())) {
            FetchResult result = fetch(ImapAccount.Tls.TLS, relay.port(), relay.trust(), WITHIN);
            assertInstanceOf(FetchResult.Fetched.class, result).mail().close();
        }
    }

    @Test
    void fetch_certificateForAnotherHost_isUnreachableAndSendsNoPassword() throws Exception {
        try (TlsRelay relay = new TlsRelay(directory, "elsewhere.example.com", server.port())) {
            FetchResult result = fetch(ImapAccount.Tls.TLS, relay.port(), relay.trust(), WITHIN);
            assertEquals(FailureCode.SOURCE_UNREACHABLE, failure(result));
        }
        assertEquals(0, server.count("LOGIN"));
    }

    @Test
    void fetch_certificateThatNobodySigned_isUnreachableAndSendsNoPassword() throws Exception {
        try (TlsRelay relay = new TlsRelay(directory, "localhost", server.port())) {
            SSLSocketFactory usual = (SSLSocketFactory) SSLSocketFactory.getDefault();
            assertEquals(
                    FailureCode.SOURCE_UNREACHABLE, failure(fetch(ImapAccount.Tls.TLS, relay.port(), usual, WITHIN)));
        }
        assertEquals(0, server.count("LOGIN"));
    }

    @Test
    void fetch_serverHangsUnderTls_endsWithTheDeadline() throws Exception {
        server.inject(new ImapFault.HangInBody(1_000));
        try (TlsRelay relay = new TlsRelay(directory, "localhost", server.port())) {
            FetchResult result = fetch(ImapAccount.Tls.TLS, relay.port(), relay.trust(), Duration.ofSeconds(2));
            assertEquals(FailureCode.DEADLINE_EXCEEDED, failure(result));
            await().untilAsserted(() -> assertEquals(0, server.connections()));
        }
    }

    @Test
    void fetch_plainServerWhereTlsIsWanted_isUnreachable() {
        FetchResult result =
                fetch(ImapAccount.Tls.TLS, server.port(), (SSLSocketFactory) SSLSocketFactory.getDefault(), WITHIN);
        assertEquals(FailureCode.SOURCE_UNREACHABLE, failure(result));
    }

    @Test
    void fetch_startTlsWhereItIsNotOffered_sendsNoPassword() {
        FetchResult result = fetch(
                ImapAccount.Tls.STARTTLS, server.port(), (SSLSocketFactory) SSLSocketFactory.getDefault(), WITHIN);
        assertEquals(FailureCode.SOURCE_ERROR, failure(result));
        assertEquals(0, server.count("LOGIN"));
    }

    private FetchResult fetch(ImapAccount.Tls tls, int port, SSLSocketFactory trust, Duration within) {
        ImapAccount account = new ImapAccount(
                "localhost",
                port,
                tls,
                LOGIN,
                new CredentialReference("env:WAYBILL_SECRET_SUPPORT"),
                List.of("INBOX"),
                null);
        Mailbox mailbox = ImapWorld.mailbox(account, MailboxLimits.DEFAULTS);
        try (ImapMailSource source = new ImapMailSource(
                new ImapConnector(ImapWorld.SECRETS, ImapWorld.SETTINGS, TokenEndpoints.DEFAULTS, trust),
                new ByteBudget(16 << 20, 64 << 20),
                directory.resolve("spool"),
                Clock.systemUTC())) {
            return source.fetch(mailbox, pointer, within);
        }
    }

    private static FailureCode failure(FetchResult result) {
        return assertInstanceOf(FetchResult.Failed.class, result).failure().code();
    }
}
