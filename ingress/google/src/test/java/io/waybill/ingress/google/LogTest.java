package io.waybill.ingress.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.sandbox.emulator.StoppedClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an operator may read. */
final class LogTest {
    @Test
    @DisplayName(
            "A21 g enqueue is logged with tenant, mailbox and ids; no token is, no address, and nothing of what was"
                    + " refused")
    void receive_logs(@TempDir Path secrets) {
        Mailbox mailbox = Ingress.mailbox("acme", "support");
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger root = context.getLogger("ROOT");
        Logger jobs = context.getLogger("waybill.jobs");
        Logger ours = context.getLogger("io.waybill");
        Logger server = context.getLogger("io.micronaut.http.server");
        String token;
        try (Google google = new Google();
                Ingress ingress = Ingress.inMemory(secrets, google, Map.of())) {
            logged.start();
            root.addAppender(logged);
            List.of(jobs, ours, server).forEach(logger -> logger.setLevel(Level.INFO));
            ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
            ingress.bean(InMemoryMailboxDirectory.class).put(Ingress.REGISTRATION);
            StoppedClock clock = ingress.bean(StoppedClock.class);
            token = Google.sign(Google.claims(Ingress.REGISTRATION, clock.instant()));
            Pubsub pubsub = ingress.pubsub();

            push(pubsub, token, Pubsub.data(mailbox.address(), 1006196));
            push(pubsub, token, Pubsub.data("quokka@acme.example", 7));
            push(pubsub, token, "quokka!");
            pubsub.push(Ingress.REGISTRATION, token, "{quokka");
            push(pubsub, "quokka", Pubsub.data(mailbox.address(), 7));
            push(
                    pubsub,
                    Google.sign(
                            Google.claims(Ingress.REGISTRATION, clock.instant()).audience("quokka")),
                    Pubsub.data(mailbox.address(), 7));
            pubsub.post("/google/push?k=quokka", Pubsub.authorization(token), "{}");
            pubsub.get("/google/quokka");
            google.answer(new Google.Answer(200, Map.of(), "quokka".getBytes(StandardCharsets.UTF_8)));
            clock.turn(Duration.ofMinutes(1));
            push(
                    pubsub,
                    Google.sign(
                            Google.NEXT,
                            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("quokka"),
                            Google.claims(Ingress.REGISTRATION, clock.instant())),
                    Pubsub.data(mailbox.address(), 7));
        } finally {
            root.detachAppender(logged);
            List.of(jobs, ours, server).forEach(logger -> logger.setLevel(null));
        }
        List<String> lines = logged.list.stream()
                .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
        assertEquals(
                1, lines.stream().filter(line -> line.startsWith("enqueue ")).count(), lines.toString());
        String enqueue = lines.stream()
                .filter(line -> line.startsWith("enqueue "))
                .findFirst()
                .orElseThrow();
        for (String part : List.of("\"acme\"", "\"support\"", "\"push\"", "\"google-ingress\"")) {
            assertTrue(enqueue.contains(part), enqueue);
        }
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("google_keys_unreachable ")), lines.toString());
        assertFalse(lines.toString().contains(token));
        assertFalse(lines.toString().contains(mailbox.address()), lines.toString());
        assertFalse(lines.toString().contains("quokka"), lines.toString());
    }

    private static void push(Pubsub pubsub, String token, String data) {
        pubsub.push(Ingress.REGISTRATION, token, Pubsub.body(Ingress.REGISTRATION, data));
    }
}
