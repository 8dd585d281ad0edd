package io.waybill.watch;

import static io.waybill.watch.WatchWorld.PASSWORD;
import static io.waybill.watch.WatchWorld.mail;
import static io.waybill.watch.WatchWorld.mailbox;
import static org.awaitility.Awaitility.await;

import io.waybill.sandbox.EmbeddedMailServer;
import io.waybill.watch.FakeIngress.Posted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * How long a mail takes from its sending to the ingress. Its UID is told, or, where the server broke the connection meanwhile (GreenMail
 * does when a mail comes while it answers a search), that the folder has changed: the listing that follows finds it.
 */
class PushLatencyIT {
    private static final int MAILS = 200;

    @Test
    void push_twoHundredMails_eachIsTold() {
        try (EmbeddedMailServer server = EmbeddedMailServer.start();
                WatchWorld world = new WatchWorld()) {
            server.addUser("support@example.com", "support", PASSWORD);
            world.listeners.keep(List.of(mailbox("support", server.imapPort())));
            await().until(() -> world.only().state() == ListenerState.IDLE);
            List<Instant> sent = new ArrayList<>();
            for (int i = 0; i < MAILS; i++) {
                sent.add(Instant.now());
                EmbeddedMailServer.deliver(server.smtpPort(), mail("n" + i), "ann@example.com", "support@example.com");
            }
            List<Instant> told = new ArrayList<>();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                told.clear();
                for (int i = 0; i < MAILS; i++) {
                    told(world, i + 1, sent.get(i)).ifPresent(told::add);
                }
                return told.size() == MAILS;
            });
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < MAILS; i++) {
                millis.add(
                        Math.max(0, Duration.between(sent.get(i), told.get(i)).toMillis()));
            }
            millis.sort(null);
            System.out.printf(
                    "sending to push of %d mails on GreenMail: p50 %d ms, p99 %d ms, max %d ms%n",
                    MAILS, millis.get(MAILS / 2), millis.get(MAILS * 99 / 100 - 1), millis.getLast());
        }
    }

    /** When the ingress took the UID, or else that the folder has changed since the mail was sent. */
    private static Optional<Instant> told(WatchWorld world, long uid, Instant sent) {
        Optional<Instant> byUid = world.ingress.accepted().stream()
                .filter(post -> post.notification().uids() != null
                        && post.notification().uids().contains(uid))
                .map(Posted::at)
                .findFirst();
        return byUid.or(() -> world.ingress.accepted().stream()
                .filter(post ->
                        post.notification().changes() != null && post.at().isAfter(sent))
                .map(Posted::at)
                .findFirst());
    }
}
