package io.waybill.sources.imap;

import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.iap.ProtocolException;

/** Opens connections: TCP, TLS, login, with credentials that are looked up each time. Safe for use by many threads. */
public final class ImapConnector implements AutoCloseable {
    private final Secrets secrets;
    private final ImapSettings settings;
    private final SSLSocketFactory tls;
    private final ScheduledExecutorService writeTimeouts;
    private final Map<String, Semaphore> connecting = new ConcurrentHashMap<>();

    public ImapConnector(Secrets secrets, ImapSettings settings) {
        this(secrets, settings, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /** @param tls whom to trust */
    public ImapConnector(Secrets secrets, ImapSettings settings, SSLSocketFactory tls) {
        this.secrets = secrets;
        this.settings = settings;
        this.tls = tls;
        this.writeTimeouts = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("imap-write-timeout").factory());
    }

    /** The bounds of the connections it opens. */
    public ImapSettings settings() {
        return settings;
    }

    /**
     * Opens a connection and logs in. Interruption of the calling thread ends it, at once if that thread is virtual.
     *
     * @throws ImapException with the code for why not
     */
    public ImapSession open(ImapAccount account) throws ImapException, InterruptedException {
        Secret password = secrets.resolve(account.password())
                .orElseThrow(() -> ServerAnswers.refused("there is no credential under " + account.password()));
        // After an outage every mailbox of a host comes back at the same moment, and servers throttle by address.
        Semaphore slots =
                connecting.computeIfAbsent(account.host(), _ -> new Semaphore(settings.connectsPerHost(), true));
        slots.acquire();
        try {
            return login(account, password);
        } finally {
            slots.release();
        }
    }

    private ImapSession login(ImapAccount account, Secret password) throws ImapException {
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
            authenticate(protocol, account.username(), password.text());
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

    private static void authenticate(BoundedProtocol protocol, String user, String password) throws ImapException {
        try {
            if (protocol.hasCapability("AUTH=PLAIN")) {
                protocol.authplain(null, user, password);
            } else if (!protocol.hasCapability("LOGINDISABLED")) {
                protocol.login(user, password);
            } else {
                throw ServerAnswers.refused("the server offers no login by password");
            }
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
    }
}
