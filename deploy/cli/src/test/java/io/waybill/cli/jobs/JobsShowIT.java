package io.waybill.cli.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.waybill.cli.Cluster;
import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.cli.Run;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Provider;
import io.waybill.contracts.Stage;
import io.waybill.contracts.Topics;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsShowIT {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Map<String, String> ROWS = new ConcurrentHashMap<>();

    private static Cluster cluster;
    private static HttpServer processor;

    private final JobId job = JobId.random();

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
        processor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        processor.createContext("/internal/jobs/", exchange -> {
            String row = ROWS.get(exchange.getRequestURI().getPath().substring("/internal/jobs/".length()));
            boolean allowed = "Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = row == null ? new byte[0] : row.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(!allowed ? 401 : row == null ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        processor.start();
    }

    @AfterAll
    static void stop() {
        processor.stop(0);
    }

    @Test
    void show_waitingJob_tellsItsRow() {
        ROWS.put(
                job.value(),
                "{\"jobId\":\"" + job
                        + "\",\"state\":\"waiting\",\"tenant\":\"acme\",\"mailbox\":\"support\",\"generation\":0,"
                        + "\"attempt\":3,\"attemptsTotal\":3,\"dueAt\":\"2026-06-01T12:00:30Z\",\"code\":\"SOURCE_UNREACHABLE\"}");

        Ran ran = run("t0ken").execute("jobs", "show", job.value());

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertEquals("""
            job        %s
            processor  waiting, after SOURCE_UNREACHABLE, generation 0, attempt 3, due 2026-06-01T12:00:30Z, mailbox acme/support
            outcomes   none in the last 30 days
            """.formatted(job), ran.out());
    }

    @Test
    void show_settledJob_tellsTheOutcomesOfAllGenerations() throws Exception {
        put(outcome(0, JobOutcome.Result.DEAD_LETTERED, "HANDLER_REFUSED"));
        put(outcome(1, JobOutcome.Result.HANDLED, null));

        Ran ran = run("t0ken").execute("jobs", "show", job.value());

        assertEquals(Exit.DONE, ran.code(), ran.err());
        List<String> lines = ran.out().lines().toList();
        assertEquals("processor  does not know it", lines.get(1));
        assertEquals("mailbox    acme/support", lines.get(2));
        assertTrue(
                lines.get(5).matches(" *0 +dead-lettered +HANDLER_REFUSED +handle +2 +250 +2026-06-01T12:00:00Z +-"),
                ran.out());
        assertTrue(
                lines.get(6).matches(" *1 +handled +- +- +2 +250 +2026-06-01T12:00:00Z +tickets: created T-1001"),
                ran.out());
    }

    @Test
    void show_withoutProcessor_stillTellsTheOutcomes() throws Exception {
        put(outcome(0, JobOutcome.Result.HANDLED, null));

        Ran ran = run("wrong").execute("jobs", "show", job.value(), "--json");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().contains("\"trouble\":\"it refuses the token, at http://127.0.0.1:"), ran.out());
        assertTrue(ran.out().contains("\"outcomes\":[{\"jobId\":\"" + job + "\""), ran.out());
        assertTrue(ran.err().contains("it refuses the token"), ran.err());
    }

    @Test
    void show_unknownJob_isNotDone() {
        Ran ran = run("t0ken").execute("jobs", "show", job.value());

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.out().contains("outcomes   none in the last 30 days"), ran.out());
    }

    @Test
    void show_whatIsNoId_isWrongUsage() {
        assertEquals(Exit.USAGE, run("t0ken").execute("jobs", "show", "abc").code());
    }

    private Run run(String token) {
        return cluster.run(home)
                .with(
                        "WAYBILL_PROCESSOR_URL",
                        "http://127.0.0.1:" + processor.getAddress().getPort())
                .with("WAYBILL_INTERNAL_TOKEN", token);
    }

    private static void put(JobOutcome outcome) throws InterruptedException {
        cluster.put(Cluster.entry(Topics.OUTCOMES, outcome.jobId().value(), outcome.toJson()));
    }

    private JobOutcome outcome(int generation, JobOutcome.Result result, String code) {
        return new JobOutcome(
                job,
                "acme",
                "support",
                Provider.IMAP,
                generation,
                result,
                code,
                code == null ? null : Stage.HANDLE,
                code == null ? null : "the handler refuses it",
                List.of(new JobOutcome.Attempt(1, NOON, 100, code), new JobOutcome.Attempt(2, NOON, 150, code)),
                2,
                code == null ? Map.of("tickets", new JobOutcome.HandlerState("created", "T-1001", true)) : Map.of(),
                NOON,
                NOON);
    }
}
