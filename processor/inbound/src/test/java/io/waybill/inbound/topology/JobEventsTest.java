package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.LogEvents.value;
import static io.waybill.inbound.topology.Pipeline.job;
import static io.waybill.inbound.topology.ScriptedRunner.failed;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.SkipCode;
import io.waybill.inbound.execute.Completion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log tells of a job, at each step that it takes. */
class JobEventsTest {
    private static final Mailbox MAILBOX = Pipeline.mailbox("acme", "support");

    @TempDir
    Path state;

    private LogEvents logged;
    private Pipeline pipeline;

    @BeforeEach
    void start() {
        logged = LogEvents.of("waybill.jobs");
        pipeline = new Pipeline(state);
        pipeline.directory.put(MAILBOX);
    }

    @AfterEach
    void stop() {
        pipeline.close();
        logged.close();
    }

    @Test
    @DisplayName("A21 a job that is handled logs consume_start and ack")
    void handled_logs() {
        PointerJob job = job(MAILBOX, 7);
        pipeline.announce(job);
        pipeline.untilOutcomes(1);
        assertEquals(List.of("consume_start 1", "ack 1"), eventsOf(job));
    }

    @Test
    @DisplayName("A21 a job that fails until it is a dead letter logs each consume_start and retry, and dlq, with the"
            + " reason")
    void failed_logs() {
        PointerJob job = job(MAILBOX, 7);
        pipeline.runner.answer(_ -> failed(FailureCode.SOURCE_UNREACHABLE));
        pipeline.announce(job);
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(1));
            return !pipeline.outcomes().isEmpty();
        });
        assertEquals(
                List.of(
                        "consume_start 1",
                        "retry 1 SOURCE_UNREACHABLE",
                        "consume_start 2",
                        "retry 2 SOURCE_UNREACHABLE",
                        "consume_start 3",
                        "retry 3 SOURCE_UNREACHABLE",
                        "consume_start 4",
                        "dlq 4 SOURCE_UNREACHABLE"),
                eventsOf(job));
    }

    @Test
    @DisplayName("A21 a job that is skipped logs skip with the reason")
    void skipped_logs() {
        PointerJob job = job(MAILBOX, 7);
        pipeline.runner.answer(_ -> new Completion.Skipped(SkipCode.MESSAGE_GONE, "as the test told", Map.of()));
        pipeline.announce(job);
        pipeline.untilOutcomes(1);
        assertEquals(List.of("consume_start 1", "skip 1 MESSAGE_GONE"), eventsOf(job));
    }

    @Test
    @DisplayName("A21 a job that another owner takes over logs resurface")
    void takenOver_logs(@TempDir Path next) {
        PointerJob job = job(MAILBOX, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.runner.attemptsAt(job.jobId()) == 1);
        try (Pipeline heir = new Pipeline(next)) {
            heir.directory.put(MAILBOX);
            heir.inherit(pipeline);
            heir.untilOutcomes(1);
        }
        assertEquals(List.of("consume_start 1", "resurface 1", "consume_start 1", "ack 1"), eventsOf(job));
    }

    /** Each with the attempt, and its code if it has one; and that it says whose job it is. */
    private List<String> eventsOf(PointerJob job) {
        return logged.with("job_id", job.jobId().value())
                .map(event -> {
                    assertEquals("acme", value(event, "tenant"), event.getMessage());
                    assertEquals("support", value(event, "mailbox"), event.getMessage());
                    assertEquals("imap", value(event, "provider"), event.getMessage());
                    assertEquals("7", value(event, "uid"), event.getMessage());
                    String code = value(event, "code");
                    return event.getMessage() + " " + value(event, "attempt") + (code == null ? "" : " " + code);
                })
                .toList();
    }
}
