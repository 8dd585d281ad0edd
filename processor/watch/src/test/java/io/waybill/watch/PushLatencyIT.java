package io.waybill.watch;

import static io.waybill.watch.WatchWorld.PASSWORD;
import static io.waybill.watch.WatchWorld.mail;
import static io.waybill.watch.WatchWorld.mailbox;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.sandbox.EmbeddedMailServer;
import io.waybill.watch.FakeIngress.Posted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How long a mail takes from its delivery to the ingress, on a well-behaved server. */
class PushLatencyIT {
    private static final int MAILS = 200;

    @Test
    void push_twoHundredMails_p99BelowASecond() {
        try (EmbeddedMailServer server = EmbeddedMailServer.start();
                WatchWorld world = new WatchWorld()) {
            server.addUser("support@example.com", "support", PASSWORD);
            world.listeners.keep(List.of(mailbox("support", server.imapPort())));
            await().until(() -> world.only().state() == ListenerState.IDLE);
            List<Instant> delivered = new ArrayList<>();
            for (int i = 0; i < MAILS; i++) {
                EmbeddedMailServer.deliver(server.smtpPort(), mail("n" + i), "ann@example.com", "support@example.com");
                delivered.add(Instant.now());
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertEquals(
                            MAILS, world.ingress.acceptedUids("k-support").size()));
            Map<Long, Instant> pushed = new HashMap<>();
            for (Posted post : world.ingress.accepted()) {
                if (post.notification().uids() != null) {
                    post.notification().uids().forEach(uid -> pushed.put(uid, post.at()));
                }
            }
            List<Long> uids = pushed.keySet().stream().sorted().toList();
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < MAILS; i++) {
                millis.add(Math.max(
                        0,
                        Duration.between(delivered.get(i), pushed.get(uids.get(i)))
                                .toMillis()));
            }
            millis.sort(null);
            System.out.printf(
                    "delivery to push of %d mails on GreenMail: p50 %d ms, p99 %d ms, max %d ms%n",
                    MAILS, millis.get(MAILS / 2), millis.get(MAILS * 99 / 100 - 1), millis.getLast());
            assertTrue(millis.get(MAILS * 99 / 100 - 1) <= 1_000, "p99 of " + millis);
        }
    }
}
