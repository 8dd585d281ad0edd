package io.waybill.ingress.microsoft;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.ingress.endpoint.SlowCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose end does not come, and those beside them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IncomingRequestsTest {
    private static final Duration MAX_TIME = Duration.ofSeconds(4);
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final String PATH = "/microsoft/notifications?k=x";

    private final Mailbox mailbox = Ingress.mailbox("acme", "support");
    private Ingress quick;
    private Ingress patient;

    @BeforeAll
    void start(@TempDir Path secrets) {
        Ingress.write(secrets, "install.key", Ingress.INSTALL_KEY);
        quick = Ingress.inMemory(secrets, Map.of("waybill.ingress.max-request-time", MAX_TIME));
        patient = Ingress.inMemory(
                secrets,
                Map.of("waybill.ingress.max-request-time", "10m", "waybill.ingress.max-incoming-bytes", MAX_BYTES));
        for (Ingress ingress : List.of(quick, patient)) {
            ingress.bean(InMemoryMailboxDirectory.class).put(mailbox);
        }
    }

    @AfterAll
    void stop() {
        quick.close();
        patient.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Each is followed by letters that never end it.
                "",
                "POST /microsoft/notifications",
                "POST /microsoft/notifications HTTP/1.1\r\nHost: ",
                "POST /microsoft/notifications?k=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
            })
    void slow_isClosed(String begin) {
        double before = closed(quick, "slow");
        try (SlowCaller slow = new SlowCaller(quick)) {
            Instant start = Instant.now();
            slow.send(begin);
            slow.trickle();
            Duration listened = Duration.between(start, Instant.now());
            assertTrue(listened.compareTo(MAX_TIME.minusMillis(500)) > 0, listened.toString());
            // The bound, and time for a machine that has other work.
            assertTrue(listened.compareTo(MAX_TIME.multipliedBy(4)) < 0, listened.toString());
        }
        assertEquals(before + 1, closed(quick, "slow"));
        assertServed(quick);
    }

    /** The answer does not wait for the body, of which nothing is kept; nor is its end waited for for ever. */
    @Test
    void slow_thoughItIsAnswered_isClosed() {
        double before = closed(quick, "slow");
        try (SlowCaller slow = new SlowCaller(quick)) {
            slow.send(SlowCaller.head("/nowhere", 100_000));
            assertTrue(slow.answer().startsWith("HTTP/1.1 404 "));
            slow.trickle();
        }
        assertEquals(before + 1, closed(quick, "slow"));
    }

    @Test
    void inTime_isNotTouched() {
        double before = closed(quick, "slow");
        try (SlowCaller caller = new SlowCaller(quick)) {
            for (int i = 0; i < 3; i++) {
                assertTrue(caller.send(SlowCaller.head(PATH, 12)));
                assertFalse(caller.isClosedWithin(Duration.ofMillis(250)));
                assertTrue(caller.send("{\"value"));
                assertFalse(caller.isClosedWithin(Duration.ofMillis(250)));
                assertTrue(caller.send("\":[]}"));
                assertAccepted(caller);
            }
        }
        assertEquals(before, closed(quick, "slow"));
    }

    @Test
    void betweenRequests_thereIsNoBound() {
        double before = closed(quick, "slow");
        try (SlowCaller caller = new SlowCaller(quick)) {
            assertFalse(caller.isClosedWithin(MAX_TIME.plusMillis(500)));
            for (int i = 0; i < 2; i++) {
                assertTrue(caller.send(SlowCaller.head(PATH, 12) + "{\"value\":[]}"));
                assertAccepted(caller);
                assertFalse(caller.isClosedWithin(MAX_TIME.plusMillis(500)));
            }
        }
        assertEquals(before, closed(quick, "slow"));
    }

    @Test
    void slow_secondOfTwoThatCameTogether_isClosed() {
        try (SlowCaller caller = new SlowCaller(quick)) {
            caller.send(SlowCaller.head(PATH, 12) + "{\"value\":[]}" + SlowCaller.head(PATH, 100_000));
            assertAccepted(caller);
            assertTrue(caller.isClosedWithin(MAX_TIME.multipliedBy(4)));
        }
    }

    @Test
    void crowd_oldestAreClosed_andOthersServed() {
        double before = closed(patient, "crowded");
        String most = SlowCaller.head(PATH, 1_000_000) + "x".repeat(900_000);
        List<SlowCaller> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                SlowCaller one = new SlowCaller(patient);
                crowd.add(one);
                assertTrue(one.send(most));
                assertServed(patient);
            }
            // There is room for nine of them, and for eight beside what the reads take.
            await().until(() -> closed(patient, "crowded") >= before + 21);
            assertTrue(closed(patient, "crowded") <= before + 23);
            assertTrue(crowd.getFirst().isClosedWithin(Duration.ofSeconds(10)));
            SlowCaller youngest = crowd.getLast();
            assertFalse(youngest.isClosedWithin(Duration.ofMillis(1)));
            assertTrue(youngest.send("x".repeat(100_000)));
            assertTrue(youngest.answer().startsWith("HTTP/1.1 400 "));
            crowd.forEach(SlowCaller::hangUp);
        } finally {
            crowd.forEach(SlowCaller::close);
        }
        // Whoever goes takes nothing with him: there is as much room again.
        crowd.clear();
        double after = closed(patient, "crowded");
        try {
            for (int i = 0; i < 7; i++) {
                SlowCaller one = new SlowCaller(patient);
                crowd.add(one);
                assertTrue(one.send(most));
            }
            for (SlowCaller one : crowd) {
                assertTrue(one.send("x".repeat(100_000)));
                assertTrue(one.answer().startsWith("HTTP/1.1 400 "));
            }
        } finally {
            crowd.forEach(SlowCaller::close);
        }
        assertEquals(after, closed(patient, "crowded"));
    }

    @Test
    void crowd_ofHeads_isBounded() {
        double before = closed(patient, "crowded");
        List<SlowCaller> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 1100; i++) {
                SlowCaller one = new SlowCaller(patient);
                crowd.add(one);
                one.send("POST");
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> closed(patient, "crowded") >= before + 1100 - MAX_BYTES / 8192);
            assertServed(patient);
            crowd.forEach(SlowCaller::hangUp);
        } finally {
            crowd.forEach(SlowCaller::close);
        }
    }

    /** Each chunk has one byte for the body, and some hundred for the server. */
    @Test
    void crumbs_weighMoreThanTheirBytes() {
        double before = closed(patient, "crowded");
        try (SlowCaller caller = new SlowCaller(patient)) {
            caller.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
            caller.send("1\r\nx\r\n".repeat(20_000));
            assertTrue(caller.isClosedWithin(Duration.ofSeconds(10)));
        }
        assertEquals(before + 1, closed(patient, "crowded"));
        assertServed(patient);
    }

    private void assertServed(Ingress ingress) {
        assertEquals(
                202,
                ingress.graph().notify(mailbox, Graph.created(mailbox, "AAMk=")).statusCode());
    }

    private static void assertAccepted(SlowCaller caller) {
        String answer = caller.answer();
        assertTrue(answer.startsWith("HTTP/1.1 202 "), answer);
    }

    private static double closed(Ingress ingress, String reason) {
        return ingress.counted("closed_total{provider=\"microsoft\",reason=\"" + reason + "\"}");
    }
}
