package io.waybill.sandbox.graph;

import static io.waybill.sandbox.graph.GraphFixture.IMMUTABLE;
import static io.waybill.sandbox.graph.GraphFixture.USER;
import static io.waybill.sandbox.graph.GraphFixture.await;
import static io.waybill.sandbox.graph.GraphFixture.mail;
import static io.waybill.sandbox.graph.GraphFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong with calls. */
class GraphFaultsTest {
    private GraphFixture fixture;
    private GraphServer graph;
    private String path;

    private void start(GraphSettings settings) throws Exception {
        fixture = new GraphFixture(settings);
        graph = fixture.graph;
        path = message(graph.deliver(USER, mail("one"))) + "/$value";
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void throttled_withAndWithoutRetryAfter_is429() throws Exception {
        start(GraphFixture.quick());
        graph.answerNext(
                GraphCall.GET_MIME, GraphAnswer.throttled(Duration.ofSeconds(32)), GraphAnswer.throttled(null));
        GraphFixture.Answer told = get();
        GraphFixture.Answer untold = get();

        assertEquals(429, told.status());
        assertEquals("ApplicationThrottled", told.code());
        assertEquals("32", told.raw().headers().firstValue("Retry-After").orElseThrow());
        assertEquals(429, untold.status());
        assertTrue(untold.raw().headers().firstValue("Retry-After").isEmpty());
        assertEquals(200, get().status());
    }

    @Test
    void throttled_aUser_isThatUserAlone() throws Exception {
        start(GraphFixture.quick());
        graph.addUser("other", "other@example.com");
        graph.faults(GraphFaults.builder()
                .throttledUsers(USER)
                .retryAfter(Duration.ofMillis(1_200))
                .build());

        assertEquals("2", get().raw().headers().firstValue("Retry-After").orElseThrow());
        assertEquals(200, fixture.get("v1.0/users/other/messages").status());
        graph.heal();
        assertEquals(200, get().status());
    }

    @Test
    void failing_aShareOfSomeCalls_leavesTheRest() throws Exception {
        start(GraphFixture.quick());
        graph.faults(GraphFaults.builder()
                .failing(0.5, 502)
                .calls(GraphCall.GET_MIME)
                .build());
        List<Integer> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(get().status());
            assertEquals(200, fixture.get("v1.0/users/" + USER).status());
        }
        assertTrue(answers.contains(502) && answers.contains(200), answers.toString());
    }

    @Test
    void truncated_body_endsInItsMiddle() throws Exception {
        start(GraphFixture.quick());
        graph.faults(GraphFaults.builder().truncated(1).build());

        assertThrows(IOException.class, this::get);
        graph.heal();
        assertEquals(200, get().status());
    }

    @Test
    void slow_body_comesAtItsRate() throws Exception {
        start(GraphFixture.quick());
        graph.faults(GraphFaults.builder().bytesPerSecond(400).build());
        long start = System.nanoTime();
        byte[] body = get().raw().body();

        assertTrue(
                System.nanoTime() - start >= Duration.ofMillis(2L * body.length).toNanos());
        assertEquals(mail("one").length, body.length);
    }

    @Test
    void hanging_call_isNotAnsweredUntilItHeals() throws Exception {
        start(GraphFixture.quick());
        graph.faults(GraphFaults.builder().hanging(1).build());
        CompletableFuture<HttpResponse<byte[]>> answer =
                fixture.client.sendAsync(fixture.request(path, IMMUTABLE).build(), BodyHandlers.ofByteArray());
        await().until(() -> graph.calls(GraphCall.GET_MIME) == 1);
        assertTrue(!answer.isDone());
        // Only the connections that were open hang: the JDK's client tries a GET again when one of them ends.
        graph.heal();

        try {
            assertEquals(200, answer.get(20, TimeUnit.SECONDS).statusCode());
        } catch (ExecutionException cutOff) {
            assertTrue(cutOff.getCause() instanceof IOException);
        }
    }

    @Test
    void limits_onConcurrency_refuseTheFifth() throws Exception {
        start(GraphFixture.quick());
        graph.faults(GraphFaults.builder()
                .bytesPerSecond(20)
                .calls(GraphCall.GET_MIME)
                .build());
        List<CompletableFuture<HttpResponse<Void>>> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            slow.add(fixture.client.sendAsync(fixture.request(path, IMMUTABLE).build(), BodyHandlers.discarding()));
        }
        await().until(() -> graph.maxConcurrent(USER) == 4);
        GraphFixture.Answer fifth = fixture.get("v1.0/users/" + USER + "/messages");

        assertEquals(429, fifth.status());
        assertTrue(fifth.json().path("error").path("message").asText().contains("MailboxConcurrency"));
        assertEquals(5, graph.maxConcurrent(USER));
        for (CompletableFuture<HttpResponse<Void>> each : slow) {
            assertEquals(200, each.get(20, TimeUnit.SECONDS).statusCode());
        }
        await().until(() -> fixture.get("v1.0/users/" + USER + "/messages").status() == 200);
    }

    @Test
    void limits_onRequests_refuseUntilTheWindowEnds() throws Exception {
        start(GraphFixture.quick().with(new GraphSettings.Limits(2, Duration.ofSeconds(5), 4)));
        assertEquals(200, get().status());
        assertEquals(200, get().status());
        GraphFixture.Answer third = get();

        assertEquals(429, third.status());
        assertTrue(third.raw().headers().firstValue("Retry-After").isPresent());
        await().until(() -> get().status() == 200);
    }

    private GraphFixture.Answer get() throws Exception {
        return fixture.get(path, IMMUTABLE);
    }
}
