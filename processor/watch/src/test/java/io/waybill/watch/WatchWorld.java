package io.waybill.watch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapSignIn;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import io.waybill.sources.imap.ImapConnector;
import io.waybill.sources.imap.ImapSettings;
import io.waybill.sources.oauth.TokenEndpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Listeners with short times, in front of a fake ingress. */
final class WatchWorld implements AutoCloseable {
    static final String PASSWORD = "sesame";
    static final Secrets SECRETS = new Secrets(
            Map.of("WAYBILL_SECRET_MAIL", PASSWORD, "WAYBILL_SECRET_CALLBACK", FakeIngress.SECRET_TEXT),
            Path.of("none"));

    /** All that takes minutes takes a second here, except what a test is about. */
    static final WatchSettings FAST = fast(Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofMillis(300));

    static {
        // Machines that have other work take longer than the ten seconds it gives.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        // Threads of a mail server throw where a client hangs up, and no test beside that one may fail by it.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    final FakeIngress ingress = new FakeIngress();
    final InMemoryMailboxDirectory directory = new InMemoryMailboxDirectory();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Listeners listeners;
    private final IngressClient client;
    private final ImapConnector connector;

    /** {@link #FAST} with other times for what a listener does while nothing comes. */
    static WatchSettings fast(Duration tick, Duration watchdog, Duration poll) {
        return new WatchSettings(
                tick,
                Duration.ofMinutes(1),
                watchdog,
                poll,
                Duration.ofSeconds(2),
                // An answer that is only late must not end a connection: tests count them.
                Duration.ofSeconds(4),
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofMillis(20));
    }

    WatchWorld() {
        this(FAST);
    }

    WatchWorld(WatchSettings settings) {
        this(settings, SECRETS);
    }

    WatchWorld(WatchSettings settings, Secrets secrets) {
        this(settings, secrets, TokenEndpoints.DEFAULTS);
    }

    /** @param clock the listeners' */
    WatchWorld(Clock clock) {
        this(FAST, SECRETS, TokenEndpoints.DEFAULTS, clock);
    }

    WatchWorld(WatchSettings settings, Secrets secrets, TokenEndpoints endpoints) {
        this(settings, secrets, endpoints, Clock.systemUTC());
    }

    private WatchWorld(WatchSettings settings, Secrets secrets, TokenEndpoints endpoints, Clock clock) {
        connector = new ImapConnector(
                secrets,
                ImapSettings.DEFAULTS.withTimeouts(settings.connectTimeout(), settings.readTimeout()),
                endpoints);
        client = new IngressClient(ingress.url(), secrets, Clock.systemUTC());
        WatchMeters meters = new WatchMeters(registry);
        listeners =
                new Listeners(directory, connector, new Delivery(client, settings, meters), settings, meters, clock);
    }

    /** The same secrets and an install key. */
    static Secrets withKey(Path directory) {
        try {
            Files.writeString(directory.resolve("install.key"), KEY);
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
        return new Secrets(
                Map.of("WAYBILL_SECRET_MAIL", PASSWORD, "WAYBILL_SECRET_CALLBACK", FakeIngress.SECRET_TEXT), directory);
    }

    static String hashOf(String messageId) {
        return new InstallKey(Secret.of(KEY)).messageIdHash("acme", messageId);
    }

    static Mailbox mailbox(String name, int port, String... folders) {
        return mailbox(
                name, port, new ImapSignIn.Password(new CredentialReference("env:WAYBILL_SECRET_MAIL")), folders);
    }

    static Mailbox mailbox(String name, int port, ImapSignIn signIn, String... folders) {
        return new Mailbox(
                "acme",
                name,
                name + "@example.com",
                "inc-" + name,
                List.of(),
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                new ImapAccount(
                        "127.0.0.1",
                        port,
                        ImapAccount.Tls.NONE,
                        name,
                        signIn,
                        List.of(folders),
                        new CredentialReference("env:WAYBILL_SECRET_CALLBACK")),
                false);
    }

    static byte[] mail(String subject) {
        return ("From: Ann <ann@example.com>\r\nTo: support@example.com\r\nSubject: " + subject + "\r\n\r\nHello.\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    ListenerStatus only() {
        return listeners.status().getFirst();
    }

    double count(String meter, String... tags) {
        return registry.find(meter).tags(tags).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Override
    public void close() {
        listeners.close();
        client.close();
        connector.close();
        ingress.close();
    }
}
