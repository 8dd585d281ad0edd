package io.waybill.sources.imap;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.Grant;
import io.waybill.sources.oauth.TokenEndpoints;
import io.waybill.sources.oauth.TokenException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.iap.ProtocolException;

/**
 * Opens connections: TCP, TLS, sign-in, with credentials that are looked up each time, or with an access token that is kept while it is
 * good. Safe for use by many threads.
 */
public final class ImapConnector implements AutoCloseable {
    /** What a token for IMAP opens, at Microsoft and at Google. */
    private static final String MICROSOFT_SCOPE = "https://outlook.office365.com/.default";

    private static final String GOOGLE_SCOPE = "https://mail.google.com/";

    private final Secrets secrets;
    private final ImapSettings settings;
    private final SSLSocketFactory tls;
    private final AccessTokens tokens;
    private final ScheduledExecutorService writeTimeouts;
    private final Map<String, Semaphore> connecting = new ConcurrentHashMap<>();

    public ImapConnector(Secrets secrets, ImapSettings settings) {
        this(secrets, settings, TokenEndpoints.DEFAULTS);
    }

    /** @param endpoints where access tokens come from */
    public ImapConnector(Secrets secrets, ImapSettings settings, TokenEndpoints endpoints) {
        this(secrets, settings, endpoints, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /** @param tls whom to trust */
    public ImapConnector(Secrets secrets, ImapSettings settings, TokenEndpoints endpoints, SSLSocketFactory tls) {
        this.secrets = secrets;
        this.settings = settings;
        this.tls = tls;
        this.tokens = new AccessTokens(secrets, endpoints, Clock.systemUTC());
        this.writeTimeouts = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("imap-write-timeout").factory());
    }

    /** The bounds of the connections it opens. */
    public ImapSettings settings() {
        return settings;
    }

    /** The keyed hashes of Message-IDs, as this installation makes them now. */
    public MessageIdHashes hashes() {
        return MessageIdHashes.of(secrets);
    }

    /**
     * Opens a connection and signs in. Interruption of the calling thread ends it, at once if that thread is virtual.
     *
     * @throws ImapException with the code for why not
     */
    public ImapSession open(ImapAccount account) throws ImapException, InterruptedException {
        return switch (account.signIn()) {
            case ImapSignIn.Password byPassword ->
                open(account, new ImapLogin.ByPassword(account.username(), secret(byPassword.password())));
            case ImapSignIn.OAuth oauth -> openByToken(account, grant(account, oauth));
        };
    }

    /**
     * A mark of the account's credentials as they are now: another one where a secret was put in place or mended. It is good for
     * comparison only, and tells nothing of a secret.
     */
    public byte[] credentialsMark(ImapAccount account) {
        MessageDigest digest = sha256();
        for (CredentialReference reference : account.signIn().credentials()) {
            byte[] secret = secrets.resolve(reference).map(Secret::bytes).orElse(new byte[0]);
            digest.update(ByteBuffer.allocate(4).putInt(secret.length).flip());
            digest.update(secret);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private Secret secret(CredentialReference reference) throws ImapException {
        return secrets.resolve(reference)
                .orElseThrow(() -> ServerAnswers.refused("there is no credential under " + reference));
    }

    private static Grant grant(ImapAccount account, ImapSignIn.OAuth oauth) {
        return switch (oauth) {
            case ImapSignIn.MicrosoftApp app ->
                new Grant.ClientCredentials(
                        MicrosoftAccount.Cloud.GLOBAL,
                        app.tenantId(),
                        app.clientId(),
                        app.clientSecret(),
                        MICROSOFT_SCOPE);
            case ImapSignIn.GoogleServiceAccount google ->
                new Grant.Delegation(google.serviceAccount(), account.username(), GOOGLE_SCOPE);
        };
    }

    /** A token that was kept may have been revoked, or lack a right that was granted since: then a new one is tried, once. */
    private ImapSession openByToken(ImapAccount account, Grant grant) throws ImapException, InterruptedException {
        AccessTokens.Issued issued = token(grant);
        try {
            return open(
                    account,
                    new ImapLogin.ByToken(account.username(), issued.token().value()));
        } catch (ImapException failed) {
            if (failed.code() != FailureCode.CREDENTIALS_REFUSED) {
                throw failed;
            }
            tokens.discard(grant, issued.token());
            if (!issued.kept()) {
                throw failed;
            }
        }
        return open(
                account,
                new ImapLogin.ByToken(account.username(), token(grant).token().value()));
    }

    private AccessTokens.Issued token(Grant grant) throws ImapException, InterruptedException {
        try {
            return tokens.get(grant);
        } catch (TokenException failed) {
            throw new ImapException(failed.code(), failed.getMessage(), failed.retryAfter());
        }
    }

    private ImapSession open(ImapAccount account, ImapLogin login) throws ImapException, InterruptedException {
        // After an outage every mailbox of a host comes back at the same moment, and servers throttle by address.
        Semaphore slots =
                connecting.computeIfAbsent(account.host(), _ -> new Semaphore(settings.connectsPerHost(), true));
        slots.acquire();
        try {
            return connect(account, login);
        } finally {
            slots.release();
        }
    }

    private ImapSession connect(ImapAccount account, ImapLogin login) throws ImapException {
        KeptSocket socket = new KeptSocket();
        boolean done = false;
        try {
            BoundedProtocol protocol = connect(account, socket);
            if (protocol.isAuthenticated()) {
                // A greeting of PREAUTH skips STARTTLS and says nothing about whose mailbox this is.
                throw ServerAnswers.error("the server claims that we are logged in already");
            }
            if (account.tls() == ImapAccount.Tls.STARTTLS) {
                startTls(protocol);
            }
            signIn(protocol, login);
            done = true;
            return new ImapSession(protocol, socket, settings);
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private BoundedProtocol connect(ImapAccount account, KeptSocket socket) throws ImapException {
        try {
            return new BoundedProtocol(
                    account.host(), account.port(), properties(socket), account.tls() == ImapAccount.Tls.TLS);
        } catch (IOException failed) {
            throw ServerAnswers.connection("greeting", failed);
        } catch (ProtocolException failed) {
            throw ServerAnswers.command("greeting", failed);
        }
    }

    private static void startTls(BoundedProtocol protocol) throws ImapException {
        if (!protocol.hasCapability("STARTTLS")) {
            throw ServerAnswers.error("the mailbox wants STARTTLS and the server does not offer it");
        }
        try {
            protocol.startTLS();
            // What was said before is not to be trusted (RFC 9051, 6.2.1).
            protocol.capability();
        } catch (ProtocolException failed) {
            throw ServerAnswers.command("STARTTLS", failed);
        }
    }

    private static void signIn(BoundedProtocol protocol, ImapLogin login) throws ImapException {
        try {
            login.on(protocol);
        } catch (IOException failed) {
            throw ServerAnswers.connection("LOGIN", failed);
        } catch (ProtocolException failed) {
            throw ServerAnswers.login(failed);
        }
        try {
            // Many servers offer IDLE and the like only after the login.
            protocol.capability();
        } catch (ProtocolException failed) {
            throw ServerAnswers.command("CAPABILITY", failed);
        }
    }

    private Properties properties(KeptSocket socket) {
        Properties properties = new Properties();
        properties.setProperty("mail.imap.ssl.checkserveridentity", "true");
        properties.put("mail.imap.connectiontimeout", ImapSettings.millis(settings.connectTimeout()));
        properties.put("mail.imap.timeout", ImapSettings.millis(settings.readTimeout()));
        properties.put("mail.imap.writetimeout", ImapSettings.millis(settings.writeTimeout()));
        properties.put("mail.imap.executor.writetimeout", writeTimeouts);
        properties.put("mail.imap.socketFactory", socket.plain());
        properties.put("mail.imap.ssl.socketFactory", socket.layered(tls));
        // Without this a refused connection is tried a second time, without our socket.
        properties.setProperty("mail.imap.socketFactory.fallback", "false");
        return properties;
    }

    @Override
    public void close() {
        writeTimeouts.shutdownNow();
        tokens.close();
    }
}
