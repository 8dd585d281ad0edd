package io.waybill.sources.imap;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import io.waybill.sources.ByteBudget;
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
import org.awaitility.core.ConditionFactory;

/** What the tests of this package have in common: a mailbox, its secret, a source with short timeouts. */
final class ImapWorld {
    static final String LOGIN = "support";
    static final String PASSWORD = "sesame";
    static final Duration WITHIN = Duration.ofSeconds(20);
    static final Secrets SECRETS =
            new Secrets(Map.of("WAYBILL_SECRET_SUPPORT", PASSWORD, "WAYBILL_SECRET_WRONG", "wrong"), Path.of("none"));

    /** Timeouts of seconds, and pieces so small that messages have several. */
    static final ImapSettings SETTINGS = new ImapSettings(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(60), 8, 64 * 1024);

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private ImapWorld() {}

    /** Without what threads of other tests throw: those of a mail server do where a client hangs up. */
    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).dontCatchUncaughtExceptions();
    }

    static ImapMailSource source(Path directory) {
        return source(directory, SETTINGS);
    }

    /** With an install key, as every installation has one. */
    static ImapMailSource sourceWithKey(Path directory, Clock clock) {
        return new ImapMailSource(
                new ImapConnector(withKey(directory), SETTINGS),
                new ByteBudget(16 << 20, 64 << 20),
                directory.resolve("spool"),
                clock);
    }

    static Secrets withKey(Path directory) {
        try {
            Files.writeString(directory.resolve("install.key"), KEY);
        } catch (IOException disk) {
            throw new UncheckedIOException(disk);
        }
        return new Secrets(Map.of("WAYBILL_SECRET_SUPPORT", PASSWORD), directory);
    }

    /** What the hash of {@link #mail}'s Message-ID is under that key. */
    static String hashOf(String subject) {
        return new InstallKey(Secret.of(KEY)).messageIdHash("acme", subject.hashCode() + "@example.com");
    }

    static ImapMailSource source(Path directory, ImapSettings settings) {
        return new ImapMailSource(
                new ImapConnector(SECRETS, settings),
                new ByteBudget(16 << 20, 64 << 20),
                directory.resolve("spool"),
                Clock.systemUTC());
    }

    static Mailbox mailbox(int port) {
        return mailbox(account("127.0.0.1", port, "WAYBILL_SECRET_SUPPORT"), MailboxLimits.DEFAULTS);
    }

    static ImapAccount account(String host, int port, String secret) {
        return new ImapAccount(
                host,
                port,
                ImapAccount.Tls.NONE,
                LOGIN,
                new CredentialReference("env:" + secret),
                List.of("INBOX"),
                null);
    }

    static Mailbox mailbox(ImapAccount account, MailboxLimits limits) {
        return mailbox(account, limits, Instant.EPOCH);
    }

    static Mailbox mailbox(ImapAccount account, MailboxLimits limits, Instant since) {
        return new Mailbox(
                "acme",
                "support",
                "support@example.com",
                "inc1",
                List.of(),
                "k1",
                since,
                List.of("tickets"),
                limits,
                account,
                false);
    }

    static byte[] mail(String subject) {
        return mail(subject, "Hello.\r\n");
    }

    static byte[] mail(String subject, String body) {
        return ("From: Ann <ann@example.com>\r\nTo: support@example.com\r\nSubject: " + subject + "\r\nMessage-ID: <"
                        + subject.hashCode() + "@example.com>\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A body of the given number of lines of 72 characters, no two alike. */
    static String lines(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(String.format("%070d", i)).append("\r\n");
        }
        return text.toString();
    }
}
