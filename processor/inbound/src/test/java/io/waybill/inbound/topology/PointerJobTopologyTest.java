package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.Pipeline.job;
import static io.waybill.inbound.topology.Pipeline.mailbox;
import static io.waybill.inbound.topology.Pipeline.text;
import static io.waybill.inbound.topology.ScriptedRunner.failed;
import static io.waybill.inbound.topology.ScriptedRunner.handled;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.SkipCode;
import io.waybill.contracts.Stage;
import io.waybill.contracts.Topics;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.JobAttempt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PointerJobTopologyTest {
    private static final Mailbox ACME = mailbox("acme", "support");
    private static final Mailbox OTHER = mailbox("umbrella", "help");

    @TempDir
    Path state;

    private Pipeline pipeline;

    @BeforeEach
    void start() {
        pipeline = new Pipeline(state);
        pipeline.directory.put(ACME);
        pipeline.directory.put(OTHER);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void describe_isTheGoldenOne() throws Exception {
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(builder, pipeline.shared);
        String golden;
        try (var in = getClass().getResourceAsStream("/golden/topology.txt")) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(golden, sorted(builder.build().describe().toString()));
    }

    /** The description lists stores, topics and children in the order of a hash set. */
    private static String sorted(String description) {
        return description
                .lines()
                .map(line -> {
                    int from = line.contains(" --> ") ? line.indexOf(" --> ") + 5 : Math.max(line.indexOf('['), 0) + 1;
                    int to = line.contains("]") ? line.indexOf(']') : line.length();
                    return !line.contains(", ") || from > to
                            ? line.stripTrailing()
                            : line.substring(0, from)
                                    + Arrays.stream(line.substring(from, to).split(", "))
                                            .sorted()
                                            .collect(Collectors.joining(", "))
                                    + line.substring(to);
                })
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    @DisplayName("A13 (i) the same message announced several times has one outcome")
    void announcedFiveTimes_hasOneOutcome() {
        PointerJob job = job(ACME, 7);
        for (int i = 0; i < 5; i++) {
            pipeline.announce(job);
        }
        pipeline.untilOutcomes(1);
        pipeline.announce(job);
        pipeline.pass(Duration.ofSeconds(5));

        JobOutcome outcome = pipeline.outcomes().getFirst();
        assertEquals(1, pipeline.outcomes().size());
        assertEquals(1, pipeline.runner.attemptsAt(job.jobId()));
        assertEquals(Result.HANDLED, outcome.result());
        assertEquals("T-1", outcome.handlers().get("tickets").reference());
        assertEquals(4, pipeline.count("waybill.jobs.duplicates", "of", "open"));
        assertEquals(1, pipeline.count("waybill.jobs.duplicates", "of", "settled"));
    }

    @Test
    @DisplayName("a row that waits on disk has its turn although as many come as are done")
    void waitingOnDisk_isNotOvertakenForEver() {
        int atFirst = 70;
        int more = 100;
        LongStream.rangeClosed(1, atFirst + more)
                .forEach(uid -> pipeline.runner.hold(job(ACME, uid).jobId()));
        LongStream.rangeClosed(1, atFirst).forEach(uid -> pipeline.announce(job(ACME, uid)));
        JobId onDisk = job(ACME, atFirst).jobId();
        for (int done = 0; done < more && pipeline.runner.attemptsAt(onDisk) == 0; done++) {
            int ended = done;
            pipeline.until(() -> pipeline.runner.ran.size() > ended);
            pipeline.runner.release(pipeline.runner.ran.get(done).job().jobId());
            pipeline.untilOutcomes(done + 1);
            pipeline.announce(job(ACME, atFirst + 1 + done));
        }
        assertEquals(1, pipeline.runner.attemptsAt(onDisk));
    }

    @Test
    @DisplayName("A11 the first consume of an identity leaves a marker in the state store")
    void handled_leavesMarkerInSettled() {
        PointerJob job = job(ACME, 7);
        pipeline.announce(job);
        pipeline.untilOutcomes(1);

        Settlement marker = Settlement.decode(
                pipeline.store(Stores.SETTLED).get(RowKey.of(job).bytes()));
        assertEquals(Result.HANDLED, marker.result());
        assertEquals(0, marker.generation());
    }

    @Test
    @DisplayName("A12 a second consume of the same identity changes nothing while the first is running")
    void announcedWhileRunning_isDuplicate() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.runner.attemptsAt(job.jobId()) == 1);
        pipeline.announce(job);
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(1, pipeline.rows(Stores.JOBS));

        pipeline.runner.release(job.jobId());
        pipeline.untilOutcomes(1);
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(1, pipeline.runner.attemptsAt(job.jobId()));
        assertEquals(1, pipeline.outcomes().size());
    }

    @Test
    @DisplayName("A14 success removes the job's row and index entries")
    void handled_removesRowAndIndex() {
        pipeline.runner.answer(attempt -> attempt.attempt() == 1 ? failed(FailureCode.SOURCE_UNREACHABLE) : handled());
        pipeline.announce(job(ACME, 7));
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);
        assertEquals(1, pipeline.rows(Stores.SCHEDULE));
        pipeline.pass(Duration.ofSeconds(10));
        pipeline.untilOutcomes(1);

        assertEquals(0, pipeline.rows(Stores.JOBS));
        assertEquals(0, pipeline.rows(Stores.WAITING));
        assertEquals(0, pipeline.rows(Stores.SCHEDULE));
    }

    @Test
    @DisplayName("A15 failure leaves it unsettled: attempt + 1, back-off, retry topic, Retry-After honoured")
    void failed_waitsAsLongAsAskedAndRunsAgain() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.answer(attempt -> attempt.attempt() == 1
                ? new Completion.Failed(
                        new Failure(
                                FailureCode.SOURCE_THROTTLED,
                                Stage.FETCH,
                                "later",
                                Optional.of(Duration.ofMinutes(10))),
                        Map.of(),
                        Optional.empty())
                : handled());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);

        assertNull(pipeline.store(Stores.SETTLED).get(RowKey.of(job).bytes()));
        TestRecord<byte[], byte[]> retry = pipeline.written.get(Topics.RETRY).getFirst();
        assertEquals("acme/support", text(retry.key()));
        assertArrayEquals(PointerJobCodec.encode(job), retry.value());
        assertEquals(2, JobHeaders.number(retry.headers(), JobHeaders.ATTEMPT).getAsInt());
        assertEquals(
                "SOURCE_THROTTLED",
                JobHeaders.text(retry.headers(), JobHeaders.ERROR_CODE).get());
        assertFalse(JobHeaders.time(retry.headers(), JobHeaders.NOT_BEFORE)
                .get()
                .isBefore(Pipeline.START.plus(Duration.ofMinutes(10))));

        pipeline.pass(Duration.ofMinutes(9));
        assertEquals(1, pipeline.runner.attemptsAt(job.jobId()));
        pipeline.pass(Duration.ofMinutes(2));
        JobOutcome outcome = pipeline.untilOutcomes(1).getFirst();
        assertEquals(2, outcome.attemptsTotal());
        assertEquals(
                List.of(1, 2),
                outcome.attempts().stream().map(JobOutcome.Attempt::n).toList());
        assertEquals(1, pipeline.count("waybill.jobs.retry.confirmed"));
    }

    @Test
    void leftAlone_costsNoAttempt() {
        PointerJob job = job(ACME, 7);
        int pauses = 20;
        pipeline.runner.answer(_ -> pipeline.runner.attemptsAt(job.jobId()) <= pauses
                ? new Completion.Failed(
                        new Failure(
                                FailureCode.SOURCE_THROTTLED,
                                Stage.FETCH,
                                "the server asked us to leave this mailbox alone",
                                Optional.of(Duration.ofMinutes(10)),
                                false),
                        Map.of(),
                        Optional.empty())
                : handled());
        pipeline.announce(job);
        for (int i = 1; i <= pauses; i++) {
            int told = i;
            pipeline.until(() -> pipeline.written.get(Topics.RETRY).size() == told);
            pipeline.pass(Duration.ofMinutes(11));
        }
        JobOutcome outcome = pipeline.untilOutcomes(1).getFirst();

        assertEquals(Result.HANDLED, outcome.result());
        assertEquals(1, outcome.attemptsTotal());
    }

    @Test
    void retryRecordWithoutRow_opensTheRowWhereItSays() {
        PointerJob job = job(ACME, 7);
        Headers headers = new RecordHeaders();
        JobHeaders.put(headers, JobHeaders.ATTEMPT, 3);
        JobHeaders.put(headers, JobHeaders.ATTEMPTS_TOTAL, 2);
        JobHeaders.put(headers, JobHeaders.NOT_BEFORE, Pipeline.START.plusSeconds(60));
        pipeline.retryRecord(job, headers);
        pipeline.pass(Duration.ofSeconds(30));
        assertEquals(0, pipeline.runner.attemptsAt(job.jobId()));

        pipeline.pass(Duration.ofSeconds(40));
        JobOutcome outcome = pipeline.untilOutcomes(1).getFirst();
        assertEquals(3, outcome.attempts().getFirst().n());
        assertEquals(3, outcome.attemptsTotal());
    }

    @Test
    @DisplayName("A17 at the maximum the job is on the DLQ topic with code, stage, attempts and source coordinates")
    void failedEveryTime_isDeadLetter() {
        PointerJob job = job(ACME, 7);
        Headers headers = new RecordHeaders();
        headers.add("trace", "abc".getBytes(StandardCharsets.UTF_8));
        pipeline.runner.answer(_ -> failed(FailureCode.SOURCE_UNREACHABLE));
        pipeline.announce(job, headers);
        for (int i = 0; i < 3; i++) {
            int attempts = i + 1;
            pipeline.until(() -> pipeline.written.get(Topics.RETRY).size() == attempts);
            pipeline.pass(Duration.ofHours(1));
        }
        JobOutcome outcome = pipeline.untilOutcomes(1).getFirst();

        TestRecord<byte[], byte[]> letter =
                pipeline.written.get(Topics.DEAD_LETTERS).getFirst();
        assertEquals(job.jobId() + ".0", text(letter.key()));
        assertArrayEquals(PointerJobCodec.encode(job), letter.value());
        Headers facts = letter.headers();
        assertEquals("trace", facts.iterator().next().key());
        assertEquals(
                "SOURCE_UNREACHABLE",
                JobHeaders.text(facts, JobHeaders.ERROR_CODE).get());
        assertEquals("fetch", JobHeaders.text(facts, JobHeaders.STAGE).get());
        assertEquals(4, JobHeaders.number(facts, JobHeaders.ATTEMPT).getAsInt());
        assertEquals(4, JobHeaders.number(facts, JobHeaders.ATTEMPTS_TOTAL).getAsInt());
        assertEquals(
                "mail.pointers", JobHeaders.text(facts, JobHeaders.ERRORS_TOPIC).get());
        assertEquals(0, JobHeaders.number(facts, JobHeaders.ERRORS_PARTITION).getAsInt());
        assertEquals(0, JobHeaders.number(facts, JobHeaders.ERRORS_OFFSET).getAsInt());
        assertEquals(Result.DEAD_LETTERED, outcome.result());
        assertEquals("SOURCE_UNREACHABLE", outcome.code());
    }

    @Test
    @DisplayName("A18 a re-driven dead letter runs again with a new generation, once")
    void redriven_runsOncePerGeneration() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.answer(attempt -> attempt.generation() < 2 ? failed(FailureCode.HANDLER_REFUSED) : handled());
        pipeline.announce(job);
        pipeline.untilOutcomes(1);

        pipeline.announce(job, generation(2));
        pipeline.announce(job, generation(0));
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(1, pipeline.runner.attemptsAt(job.jobId()));

        pipeline.announce(job, generation(1));
        pipeline.announce(job, generation(1));
        pipeline.untilOutcomes(2);
        pipeline.announce(job, generation(1));
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(2, pipeline.runner.attemptsAt(job.jobId()));
        assertEquals(
                List.of(job.jobId() + ".0", job.jobId() + ".1"),
                pipeline.written.get(Topics.DEAD_LETTERS).stream()
                        .map(letter -> text(letter.key()))
                        .toList());

        pipeline.announce(job, generation(2));
        JobOutcome last = pipeline.untilOutcomes(3).getLast();
        assertEquals(Result.HANDLED, last.result());
        assertEquals(2, last.generation());
        assertEquals(3, last.attemptsTotal());
    }

    @Test
    void redriven_runsOnlyHandlersThatAreNotDone() {
        PointerJob job = job(ACME, 7);
        Map<String, HandlerState> first = Map.of(
                "tickets",
                new HandlerState("created", "T-9", true),
                "index",
                new HandlerState("HANDLER_REFUSED", "", false));
        pipeline.runner.answer(attempt -> attempt.generation() == 0
                ? new Completion.Failed(
                        Failure.of(FailureCode.HANDLER_REFUSED, Stage.HANDLE, "no"), first, Optional.of("index"))
                : new Completion.Handled(attempt.handlers()));
        pipeline.announce(job);
        pipeline.untilOutcomes(1);
        pipeline.announce(job, generation(1));
        pipeline.untilOutcomes(2);

        assertTrue(pipeline.runner.ran.getLast().handlers().get("tickets").done());
        assertFalse(pipeline.runner.ran.getLast().handlers().get("index").done());
    }

    @Test
    @DisplayName("A08 the guard refuses content on decode: a redacted dead letter, and the stream goes on")
    void smuggledContent_isRedactedDeadLetter() {
        PointerJob job = job(ACME, 7);
        String json = text(PointerJobCodec.encode(job));
        byte[] smuggled = json.replace("\"pointer\":{", "\"pointer\":{\"subject\":\"xyzzy\",")
                .getBytes(StandardCharsets.UTF_8);
        Headers headers = new RecordHeaders();
        headers.add("x-subject", "xyzzy".getBytes(StandardCharsets.UTF_8));
        pipeline.raw(job.mailbox().bytes(), smuggled, headers);
        pipeline.raw("xyzzy".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3}, headers);
        pipeline.raw(OTHER.key().bytes(), PointerJobCodec.encode(job), headers);
        pipeline.raw(
                ACME.key().bytes(),
                json.replace(job.jobId().value(), job(ACME, 8).jobId().value()).getBytes(StandardCharsets.UTF_8),
                headers);
        pipeline.raw(ACME.key().bytes(), new byte[5000], headers);
        pipeline.raw(null, null, headers);
        pipeline.announce(job);
        pipeline.untilOutcomes(1);

        List<TestRecord<byte[], byte[]>> letters = pipeline.written.get(Topics.DEAD_LETTERS);
        assertEquals(
                List.of(
                        "FORBIDDEN_FIELD",
                        "UNDECODABLE",
                        "IDENTITY_MISMATCH",
                        "IDENTITY_MISMATCH",
                        "POINTER_TOO_LARGE",
                        "UNDECODABLE"),
                letters.stream()
                        .map(letter -> JobHeaders.text(letter.headers(), JobHeaders.ERROR_CODE)
                                .get())
                        .toList());
        assertEquals(1, pipeline.count("waybill.jobs.failures", "code", "FORBIDDEN_FIELD"));
        assertEquals(2, pipeline.count("waybill.jobs.failures", "code", "UNDECODABLE"));
        for (int i = 0; i < letters.size(); i++) {
            assertEquals("raw.mail.pointers.0." + i, text(letters.get(i).key()));
            assertEquals(
                    "true",
                    JobHeaders.text(letters.get(i).headers(), JobHeaders.VALUE_REDACTED)
                            .get());
            assertFalse(letters.get(i).toString().contains("xyzzy")
                    || text(letters.get(i).value()).contains("xyzzy"));
            assertNull(letters.get(i).headers().lastHeader("x-subject"));
        }
    }

    @Test
    @DisplayName(
            "A22 m tenant A's pointer that names tenant B's mailbox is a dead letter, and nothing of either is fetched")
    void pointerOfAnotherTenant_isRedactedDeadLetter() {
        PointerJob ours = job(ACME, new MicrosoftPointer("sub-1", "AAkTHEIRS=", "created"));
        pipeline.raw(OTHER.key().bytes(), PointerJobCodec.encode(ours), new RecordHeaders());
        String renamed = text(PointerJobCodec.encode(ours))
                .replace("\"acme\"", "\"umbrella\"")
                .replace("\"support\"", "\"help\"");
        pipeline.raw(OTHER.key().bytes(), renamed.getBytes(StandardCharsets.UTF_8), new RecordHeaders());
        PointerJob after = job(OTHER, 7);
        pipeline.announce(after);
        pipeline.untilOutcomes(1);

        assertEquals(List.of(after.jobId()), ran());
        List<TestRecord<byte[], byte[]>> letters = pipeline.written.get(Topics.DEAD_LETTERS);
        assertEquals(2, letters.size());
        for (TestRecord<byte[], byte[]> letter : letters) {
            assertEquals(Optional.of("IDENTITY_MISMATCH"), JobHeaders.text(letter.headers(), JobHeaders.ERROR_CODE));
            assertFalse(text(letter.value()).contains("AAkTHEIRS"));
        }
    }

    @Test
    @DisplayName(
            "A19 (i) a message that is really gone ends in a skip with the same code every time, never in a retry loop")
    void gone_isSkippedOnce() {
        pipeline.runner.answer(_ -> new Completion.Skipped(SkipCode.MESSAGE_GONE, "UID 7 is not in INBOX", Map.of()));
        pipeline.announce(job(ACME, 7));
        pipeline.announce(job(ACME, 8));
        List<JobOutcome> outcomes = pipeline.untilOutcomes(2);
        pipeline.pass(Duration.ofHours(1));

        for (JobOutcome outcome : outcomes) {
            assertEquals(Result.SKIPPED, outcome.result());
            assertEquals("MESSAGE_GONE", outcome.code());
            assertEquals("UID 7 is not in INBOX", outcome.detail());
        }
        assertEquals(2, pipeline.runner.ran.size());
        assertTrue(pipeline.written.get(Topics.RETRY).isEmpty());
    }

    @Test
    void refusedCredentials_parkTheMailboxAndSpareItsServer() {
        pipeline.runner.answer(attempt ->
                attempt.job().tenantId().equals("acme") ? failed(FailureCode.CREDENTIALS_REFUSED) : handled());
        LongStream.rangeClosed(1, 30).forEach(uid -> pipeline.announce(job(ACME, uid)));
        pipeline.announce(job(OTHER, 1));
        pipeline.untilOutcomes(1);
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 30);
        assertTrue(
                pipeline.runner.ran.size() <= 10,
                "only those may have tried that ran, or came before the others were withdrawn: "
                        + pipeline.runner.ran.size());

        pipeline.announce(job(ACME, 31));
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 31);
        int before = pipeline.runner.ran.size();
        pipeline.pass(Duration.ofSeconds(6));
        pipeline.until(() -> pipeline.runner.ran.size() == before + 1);
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 31);

        pipeline.runner.answer(_ -> handled());
        pipeline.pass(Duration.ofMinutes(3));
        List<JobOutcome> outcomes = pipeline.untilOutcomes(32);
        assertTrue(outcomes.stream().allMatch(outcome -> outcome.result() == Result.HANDLED));
        assertTrue(outcomes.stream().allMatch(outcome -> outcome.attemptsTotal() == 1), "parking spends no attempt");
        assertTrue(pipeline.written.get(Topics.DEAD_LETTERS).isEmpty());
        assertTrue(pipeline.written.get(Topics.RETRY).isEmpty());
    }

    @Test
    void sinkAway_parksTheHandlerForAllMailboxesUntilAProbeSucceeds() {
        pipeline.runner.answer(_ -> failed(FailureCode.SINK_UNAVAILABLE));
        LongStream.rangeClosed(1, 10).forEach(uid -> {
            pipeline.announce(job(ACME, uid));
            pipeline.announce(job(OTHER, uid));
        });
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 20);
        for (int i = 0; i < 10; i++) {
            pipeline.pass(Duration.ofMinutes(2));
        }
        assertTrue(pipeline.outcomes().isEmpty());

        pipeline.runner.answer(_ -> handled());
        // A probe that began before may fail yet, and then the next one is minutes away.
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(3));
            return pipeline.outcomes().size() == 20;
        });
        assertEquals(0, pipeline.rows(Stores.WAITING));
        assertEquals(0, pipeline.rows(Stores.SCHEDULE));
    }

    @Test
    void sinkAwayForOneMailAlone_thatOneIsADeadLetterInTheEnd() {
        PointerJob bad = job(ACME, 1);
        parksWhileItsNeighboursAreHandled(bad, FailureCode.SINK_UNAVAILABLE);
        assertEndsWith(bad, FailureCode.SINK_UNAVAILABLE);
    }

    @Test
    void mailboxParkedByOneMailAlone_thatOneIsADeadLetterInTheEnd() {
        PointerJob bad = job(ACME, 1);
        parksWhileItsNeighboursAreHandled(bad, FailureCode.MAILBOX_UNSTABLE);
        assertEndsWith(bad, FailureCode.MAILBOX_UNSTABLE);
    }

    @Test
    void mailboxParkedByAListingAlone_leavesItToTheNextTick() {
        PointerJob bad = job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        parksWhileItsNeighboursAreHandled(bad, FailureCode.MAILBOX_UNSTABLE);
        assertTrue(pipeline.written.get(Topics.DEAD_LETTERS).isEmpty());
        assertTrue(pipeline.outcomes().stream().allMatch(outcome -> outcome.result() == Result.HANDLED));
        assertEquals(0, pipeline.rows(Stores.JOBS));
        assertEquals(0, pipeline.rows(Stores.WAITING));
    }

    private void parksWhileItsNeighboursAreHandled(PointerJob bad, FailureCode code) {
        pipeline.runner.answer(attempt -> attempt.job().jobId().equals(bad.jobId()) ? failed(code) : handled());
        pipeline.announce(bad);
        for (int neighbours = 1; neighbours <= 30; neighbours++) {
            int handled = neighbours;
            long before = pipeline.runner.attemptsAt(bad.jobId());
            pipeline.announce(job(ACME, 1 + neighbours));
            pipeline.until(() -> {
                pipeline.pass(Duration.ofMinutes(2));
                return handledOnes() == handled
                        && (pipeline.rows(Stores.JOBS) + pipeline.rows(Stores.WAITING) == 0
                                || pipeline.runner.attemptsAt(bad.jobId()) > before);
            });
        }
        assertTrue(pipeline.runner.attemptsAt(bad.jobId()) >= 8, "it may be an outage");
    }

    private void assertEndsWith(PointerJob bad, FailureCode code) {
        List<TestRecord<byte[], byte[]>> letters = pipeline.written.get(Topics.DEAD_LETTERS);
        assertEquals(1, letters.size());
        assertEquals(bad.jobId() + ".0", text(letters.getFirst().key()));
        assertEquals(
                Optional.of(code.name()), JobHeaders.text(letters.getFirst().headers(), JobHeaders.ERROR_CODE));
        assertEquals(
                4,
                JobHeaders.number(letters.getFirst().headers(), JobHeaders.ATTEMPTS_TOTAL)
                        .getAsInt());
        assertEquals(0, pipeline.rows(Stores.WAITING));
    }

    private long handledOnes() {
        return pipeline.outcomes().stream()
                .filter(outcome -> outcome.result() == Result.HANDLED)
                .count();
    }

    @Test
    void longOutage_howeverOftenAJobProbes_isNobodysFault() {
        PointerJob first = job(ACME, 1);
        pipeline.runner.answer(_ -> failed(FailureCode.SINK_UNAVAILABLE));
        LongStream.rangeClosed(1, 3).forEach(uid -> pipeline.announce(job(ACME, uid)));
        assertAllWaitUntilHandled(3, first);
    }

    /** The mailbox's jobs wait for its server, then for the sink, then for its server again. */
    @Test
    void twoLongOutagesAtOnce_areNobodysFault() {
        PointerJob both = job(ACME, 1);
        pipeline.runner.answer(attempt -> failed(
                attempt.job().mailbox().equals(ACME.key())
                        ? FailureCode.CREDENTIALS_REFUSED
                        : FailureCode.SINK_UNAVAILABLE));
        pipeline.announce(both);
        LongStream.rangeClosed(1, 3).forEach(uid -> pipeline.announce(job(OTHER, uid)));
        assertAllWaitUntilHandled(4, both);
    }

    private void assertAllWaitUntilHandled(int jobs, PointerJob probing) {
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(3));
            return pipeline.runner.attemptsAt(probing.jobId()) > 20;
        });
        assertTrue(pipeline.outcomes().isEmpty());

        pipeline.runner.answer(_ -> handled());
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(3));
            return handledOnes() == jobs;
        });
        assertTrue(pipeline.outcomes().stream().allMatch(outcome -> outcome.attemptsTotal() == 1));
    }

    @Test
    @DisplayName("A24 a paused mailbox waits without loss, and goes on when it is resumed")
    void paused_waitsUntilResumed() {
        pipeline.directory.pause(ACME.key());
        LongStream.rangeClosed(1, 5).forEach(uid -> pipeline.announce(job(ACME, uid)));
        pipeline.announce(job(OTHER, 1));
        pipeline.untilOutcomes(1);
        pipeline.pass(Duration.ofHours(2));
        assertEquals(5, pipeline.rows(Stores.WAITING));
        assertEquals(1, pipeline.runner.ran.size());

        pipeline.directory.resume(ACME.key());
        pipeline.pass(Duration.ofSeconds(2));
        pipeline.untilOutcomes(6);
        assertEquals(0, pipeline.rows(Stores.WAITING));
    }

    @Test
    void pausedForDays_isTriedAsOftenAsAnyOther() {
        pipeline.directory.pause(ACME.key());
        LongStream.rangeClosed(1, 5).forEach(uid -> pipeline.announce(job(ACME, uid)));
        pipeline.pass(Duration.ofHours(80));
        pipeline.runner.answer(attempt -> attempt.attempt() == 1 ? failed(FailureCode.SOURCE_THROTTLED) : handled());
        pipeline.directory.resume(ACME.key());
        pipeline.pass(Duration.ofSeconds(2));
        pipeline.until(() -> pipeline.written.get(Topics.RETRY).size() == 5);
        pipeline.pass(Duration.ofHours(1));
        assertTrue(pipeline.untilOutcomes(5).stream().allMatch(outcome -> outcome.result() == Result.HANDLED));
    }

    @Test
    void manyRowsWithHeadersOfNoBytes_areBoundInNumber() {
        Headers headers = new RecordHeaders();
        for (int i = 0; i < 40_000; i++) {
            headers.add("", null);
        }
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job, headers);
        byte[] row = pipeline.store(Stores.JOBS).get(RowKey.of(job).bytes());
        assertEquals(
                JobHeaders.MAX_USER_HEADERS,
                RowCodec.decode(row).origin().headers().size());
        pipeline.runner.releaseAll();
        pipeline.untilOutcomes(1);
    }

    @Test
    @DisplayName(
            "A24 of a mailbox that is paused only what runs finishes; what was queued waits, and so does a listing's"
                    + " next page")
    void pausedWhileQueued_waitsUntilResumed() {
        List<PointerJob> jobs =
                LongStream.rangeClosed(1, 20).mapToObj(uid -> job(ACME, uid)).toList();
        jobs.forEach(job -> pipeline.runner.hold(job.jobId()));
        jobs.forEach(pipeline::announce);
        pipeline.until(() -> pipeline.runner.ran.size() == 2);
        pipeline.directory.pause(ACME.key());
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(18, pipeline.rows(Stores.WAITING));
        pipeline.runner.releaseAll();
        pipeline.untilOutcomesStay(2);
        assertEquals(2, pipeline.runner.ran.size());

        pipeline.directory.resume(ACME.key());
        pipeline.pass(Duration.ofSeconds(2));
        pipeline.untilOutcomes(20);
        assertEquals(0, pipeline.rows(Stores.WAITING));

        PointerJob changes = job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        pipeline.runner.answer(_ -> new Completion.Listed(List.of(), Optional.of("page-2"), Optional.empty()));
        pipeline.runner.hold(changes.jobId());
        pipeline.announce(changes);
        pipeline.until(() -> pipeline.runner.ran.size() == 21);
        pipeline.directory.pause(ACME.key());
        pipeline.runner.releaseAll();
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(21, pipeline.runner.ran.size());
    }

    @Test
    void probe_thatDoesNotReachItsCause_healsNothing() {
        pipeline.runner.answer(_ -> failed(FailureCode.SINK_UNAVAILABLE));
        LongStream.rangeClosed(1, 10).forEach(uid -> pipeline.announce(job(ACME, uid)));
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 10);

        int before = pipeline.runner.ran.size();
        pipeline.runner.answer(_ -> failed(FailureCode.SOURCE_UNREACHABLE));
        pipeline.pass(Duration.ofSeconds(6));
        pipeline.until(() -> pipeline.runner.ran.size() == before + 1);
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(before + 1, pipeline.runner.ran.size(), "the others still wait for the sink");

        pipeline.runner.answer(_ -> handled());
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(3));
            return pipeline.outcomes().size() == 10;
        });
    }

    @Test
    void mailboxParks_allThatWaitedForRoomGoesOnToWaitForIt() {
        int many = 600;
        pipeline.runner.answer(_ -> failed(FailureCode.CREDENTIALS_REFUSED));
        PointerJob first = job(ACME, 1);
        pipeline.runner.hold(first.jobId());
        LongStream.rangeClosed(1, many).forEach(uid -> pipeline.announce(job(ACME, uid)));
        pipeline.runner.releaseAll();
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == many);
        assertTrue(pipeline.runner.ran.size() <= 20, "ran " + pipeline.runner.ran.size());

        pipeline.runner.answer(_ -> handled());
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(3));
            return pipeline.outcomes().size() == many;
        });
        assertEquals(0, pipeline.rows(Stores.SCHEDULE));
    }

    @Test
    void moreThanFitsInMemory_waitsOnDiskAndIsHandled() {
        PointerJob first = job(ACME, 1);
        PointerJob second = job(ACME, 2);
        pipeline.runner.hold(first.jobId());
        pipeline.runner.hold(second.jobId());
        LongStream.rangeClosed(1, 300).forEach(uid -> pipeline.announce(job(ACME, uid)));
        pipeline.announce(job(OTHER, 1));
        pipeline.untilOutcomes(1);
        assertEquals(128, pipeline.rows(Stores.JOBS));
        assertEquals(172, pipeline.rows(Stores.WAITING));
        pipeline.announce(job(ACME, 300));
        assertEquals(1, pipeline.count("waybill.jobs.duplicates", "of", "open"));

        pipeline.runner.releaseAll();
        pipeline.untilOutcomes(301);
        assertEquals(0, pipeline.rows(Stores.WAITING));
        assertTrue(pipeline.written.get(Topics.RETRY).isEmpty(), "want of room writes no retry record");
    }

    @Test
    @DisplayName("A16 a job whose instance dies resurfaces")
    void rowsOfADeadProcess_resurface() {
        PointerJob job = job(ACME, 7);
        leave(row(job, new Row.State.Running("former-life", false), new Row.Deaths(0, 0)), "former-life");
        pipeline.announce(job(ACME, 8));

        List<JobOutcome> outcomes = pipeline.untilOutcomes(2);
        assertTrue(outcomes.stream().anyMatch(outcome -> outcome.jobId().equals(job.jobId())));
        assertEquals(1, pipeline.count("waybill.jobs.resurfaced"));
        assertEquals(1, outcomes.getFirst().attemptsTotal());
    }

    @Test
    @DisplayName("A16 of many rows that another instance left each runs once, also where its pointer comes again")
    void manyRowsOfAnotherProcess_eachRunsOnce() {
        int many = 1_500;
        for (int uid = 1; uid <= many; uid++) {
            leave(row(job(ACME, uid), Row.QUEUED, Row.Deaths.NONE), "this-life");
        }
        // The last is taken up long after this has been read.
        pipeline.announce(job(ACME, many));

        List<JobOutcome> outcomes = pipeline.untilOutcomes(many);
        assertEquals(many, outcomes.stream().map(JobOutcome::jobId).distinct().count());
        assertEquals(many, pipeline.count("waybill.jobs.resurfaced"));
        pipeline.untilOutcomesStay(many);
    }

    @Test
    void afterADeath_jobsRunOnlyOnceACommitSaysSo() {
        PointerJob job = job(ACME, 7);
        leave(null, "former-life");
        pipeline.announce(job);
        pipeline.untilOutcomes(1);
        pipeline.holdCommits(true);
        pipeline.announce(job(ACME, 8));
        pipeline.until(() -> state(job(ACME, 8)) instanceof Row.State.Running);
        pipeline.untilOutcomesStay(1);
        assertEquals(0, pipeline.runner.attemptsAt(job(ACME, 8).jobId()));
        assertTrue(state(job(ACME, 8)) instanceof Row.State.Running);

        pipeline.holdCommits(false);
        pipeline.untilOutcomes(2);
    }

    @Test
    void nothingRunsBeforeACommitNamesTheOwner() {
        pipeline.holdCommits(true);
        pipeline.announce(job(ACME, 7));
        pipeline.pass(Duration.ofSeconds(5));
        assertTrue(pipeline.runner.ran.isEmpty());
        pipeline.holdCommits(false);
        pipeline.untilOutcomes(1);
    }

    @Test
    void nothingRunsBeforeItIsKnownWhoDied() {
        PointerJob left = job(ACME, 7);
        pipeline.groupAnswers = new CompletableFuture<>();
        leave(row(left, new Row.State.Running("former-life", true), new Row.Deaths(2, 1)), "former-life");
        pipeline.announce(job(ACME, 8));
        pipeline.pass(Duration.ofSeconds(5));
        assertTrue(pipeline.runner.ran.isEmpty());

        pipeline.groupAnswers.complete(null);
        List<JobOutcome> outcomes = pipeline.untilOutcomes(2);
        assertEquals(
                Set.of(Result.DEAD_LETTERED, Result.HANDLED),
                outcomes.stream().map(JobOutcome::result).collect(Collectors.toSet()));
    }

    @Test
    void suspectOfTwoDeaths_letsOthersRunFirstThenRunsAloneAndIsCleared() {
        PointerJob suspect = job(ACME, 7);
        PointerJob before = job(OTHER, 1);
        PointerJob after = job(OTHER, 2);
        pipeline.runner.hold(before.jobId());
        pipeline.runner.hold(suspect.jobId());
        leave(row(suspect, new Row.State.Running("former-life", false), new Row.Deaths(1, 0)), "former-life");
        pipeline.announce(before);
        pipeline.until(() -> !pipeline.runner.ran.isEmpty());
        assertEquals(List.of(before.jobId()), ran());

        pipeline.runner.release(before.jobId());
        pipeline.until(() -> pipeline.runner.ran.size() == 2);
        assertEquals(List.of(before.jobId(), suspect.jobId()), ran());
        assertEquals(new Row.State.Running("this-life", true), state(suspect));
        pipeline.announce(after);
        pipeline.untilOutcomesStay(1);
        assertEquals(List.of(before.jobId(), suspect.jobId()), ran());

        pipeline.runner.releaseAll();
        List<JobOutcome> outcomes = pipeline.untilOutcomes(3);
        assertTrue(outcomes.stream().allMatch(outcome -> outcome.result() == Result.HANDLED));
    }

    @Test
    void suspectThatFailsAlone_isNoSuspectAnyMore() {
        PointerJob suspect = job(ACME, 7);
        leave(row(suspect, new Row.State.Running("former-life", false), new Row.Deaths(1, 0)), "former-life");
        pipeline.runner.answer(attempt -> attempt.attempt() == 1 ? failed(FailureCode.SOURCE_UNREACHABLE) : handled());
        pipeline.until(() -> !pipeline.written.get(Topics.RETRY).isEmpty());
        assertEquals(
                Row.Deaths.NONE,
                RowCodec.decode(pipeline.store(Stores.WAITING)
                                .get(RowKey.of(suspect).bytes()))
                        .deaths());
        pipeline.pass(Duration.ofHours(1));
        pipeline.untilOutcomes(1);
    }

    @Test
    void listingThatWasASuspect_isNoneAnyMoreOnceAPageWasRead() throws Exception {
        PointerJob changes = job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        leave(
                listing(changes, "page-2").with(new Row.Deaths(1, 0)).in(new Row.State.Running("former-life", false)),
                "former-life");
        CountDownLatch read = new CountDownLatch(1);
        pipeline.runner.answer(attempt -> {
            if (attempt.page().filter("page-2"::equals).isPresent()) {
                return new Completion.Listed(List.of(), Optional.of("page-3"), Optional.empty());
            }
            try {
                read.await();
            } catch (InterruptedException unwanted) {
                Thread.currentThread().interrupt();
            }
            return new Completion.Listed(List.of(), Optional.empty(), Optional.of("c"));
        });
        pipeline.until(() -> pipeline.runner.ran.size() == 2);
        byte[] row = pipeline.store(Stores.JOBS).get(RowKey.of(changes).bytes());
        assertEquals(Row.Deaths.NONE, RowCodec.decode(row).deaths());
        // Nobody waits for it.
        pipeline.runner.answer(_ -> handled());
        pipeline.announce(job(OTHER, 1));
        pipeline.untilOutcomes(1);
        read.countDown();
    }

    @Test
    void suspectThatWasAloneInADeath_runsAfterTheOtherSuspects() {
        PointerJob last = job(ACME, 7);
        PointerJob other = job(OTHER, 1);
        leave(row(last, new Row.State.Running("former-life", true), new Row.Deaths(2, 0)), "former-life");
        leave(row(other, new Row.State.Running("former-life", false), new Row.Deaths(1, 0)), "former-life");
        PointerJob healthy = job(OTHER, 2);
        pipeline.announce(healthy);
        pipeline.untilOutcomes(3);
        assertEquals(List.of(healthy.jobId(), other.jobId(), last.jobId()), ran());
    }

    @Test
    void guiltyOfTwoDeathsAlone_isDeadLetter() {
        PointerJob killer = job(ACME, 7);
        leave(row(killer, new Row.State.Running("former-life", true), new Row.Deaths(2, 1)), "former-life");
        pipeline.announce(job(OTHER, 1));
        List<JobOutcome> outcomes = pipeline.untilOutcomes(2);

        JobOutcome dead = outcomes.stream()
                .filter(outcome -> outcome.jobId().equals(killer.jobId()))
                .findFirst()
                .orElseThrow();
        assertEquals("JVM_INTERRUPTED", dead.code());
        assertEquals(0, pipeline.runner.attemptsAt(killer.jobId()));
        assertEquals(1, pipeline.written.get(Topics.DEAD_LETTERS).size());
    }

    @Test
    void taskGivenAwayByALivingProcess_isNoDeath() {
        PointerJob job = job(ACME, 7);
        pipeline.alive.add("former-life");
        leave(row(job, new Row.State.Running("former-life", true), new Row.Deaths(2, 1)), "former-life");
        assertEquals(Result.HANDLED, pipeline.untilOutcomes(1).getFirst().result());
    }

    @Test
    void gracefulStop_handsRunningRowsIn() throws Exception {
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job);
        pipeline.until(() -> state(job) instanceof Row.State.Running);

        Thread stopper = requestStop();
        pipeline.pass(Duration.ofSeconds(6));
        pipeline.until(() -> !stopper.isAlive());
        assertTrue(state(job) instanceof Row.State.Queued);
        assertEquals(1, pipeline.rows(Stores.JOBS));
        assertEquals(Optional.empty(), new JobTable(pipeline.store(Stores.JOBS)).owner());
    }

    @Test
    void gracefulStop_waitsAlsoForWhatBeganJustNow() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.runner.ran.size() == 1);
        Thread stopper = requestStop();
        pipeline.pass(Duration.ofSeconds(1));
        pipeline.runner.release(job.jobId());
        assertEquals(Result.HANDLED, pipeline.untilOutcomes(1).getFirst().result());
        pipeline.until(() -> !stopper.isAlive());
        assertEquals(0, pipeline.rows(Stores.JOBS));
    }

    @Test
    void handedIn_nothingIsMarkedAsRunningAgain() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.runner.ran.size() == 1);
        Thread stopper = requestStop();
        pipeline.pass(Duration.ofSeconds(6));
        pipeline.until(() -> !stopper.isAlive());
        PointerJob late = job(ACME, 8);
        pipeline.announce(late);
        pipeline.untilOutcomesStay(0);
        assertTrue(state(job) instanceof Row.State.Queued);
        assertTrue(state(late) instanceof Row.State.Queued);
        assertEquals(1, pipeline.runner.ran.size());
    }

    @Test
    void listing_thatAnotherOwnerLeft_isListedAgainAndNotTwiceAtATime() {
        PointerJob changes = job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        pipeline.groupAnswers = new CompletableFuture<>();
        leave(listing(changes, "page-2"), "former-life");
        pipeline.directory.pause(ACME.key());
        pipeline.runner.answer(_ -> new Completion.Listed(List.of(), Optional.empty(), Optional.of("c")));
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        pipeline.pass(Duration.ofSeconds(2));
        assertEquals(1, pipeline.rows(Stores.JOBS) + pipeline.rows(Stores.WAITING));

        pipeline.groupAnswers.complete(null);
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);
        pipeline.directory.resume(ACME.key());
        pipeline.pass(Duration.ofSeconds(2));
        pipeline.until(() -> pipeline.rows(Stores.JOBS) + pipeline.rows(Stores.WAITING) == 0);
        assertEquals(2, pipeline.runner.ran.size(), "from its page on, and once more for what changed meanwhile");
        assertEquals(0, pipeline.rows(Stores.SCHEDULE));
    }

    @Test
    void listingOfAnEarlierIncarnation_makesRoomForThatOfTheNewOne() {
        ChangesPointer tick = new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null);
        pipeline.runner.answer(_ -> failed(FailureCode.CREDENTIALS_REFUSED));
        pipeline.announce(PointerJob.of(ACME.key(), "inc-0", tick, Pipeline.START));
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);

        pipeline.announce(job(ACME, tick));
        pipeline.runner.answer(attempt -> attempt.job().incarnation().equals("inc-0")
                ? new Completion.Skipped(SkipCode.EPOCH_SUPERSEDED, "as the test told", Map.of())
                : new Completion.Listed(List.of(), Optional.empty(), Optional.of("c")));
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(1));
            return pipeline.rows(Stores.JOBS) + pipeline.rows(Stores.WAITING) == 0;
        });
        assertEquals("inc-1", pipeline.runner.ran.getLast().job().incarnation());
    }

    @Test
    void changeWhileALaterPageWaits_isListedOnceMore() {
        pipeline.runner.answer(attempt -> attempt.page().isEmpty()
                ? new Completion.Listed(List.of(), Optional.of("page-2"), Optional.empty())
                : failed(FailureCode.SOURCE_UNREACHABLE));
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        pipeline.runner.answer(_ -> new Completion.Listed(List.of(), Optional.empty(), Optional.of("c")));
        pipeline.pass(Duration.ofHours(1));
        pipeline.until(() -> pipeline.rows(Stores.JOBS) + pipeline.rows(Stores.WAITING) == 0);
        assertEquals(
                List.of(Optional.empty(), Optional.of("page-2"), Optional.of("page-2"), Optional.empty()),
                pipeline.runner.ran.stream().map(JobAttempt::page).toList());
    }

    @Test
    void listing_pageThatWasRead_forgetsWhatFailedBefore() {
        // Each page fails three times, of four attempts that a job has.
        pipeline.runner.answer(attempt -> attempt.attempt() <= 3
                ? failed(FailureCode.SOURCE_UNREACHABLE)
                : attempt.page().filter("page-3"::equals).isPresent()
                        ? new Completion.Listed(List.of(), Optional.empty(), Optional.of("c"))
                        : new Completion.Listed(
                                List.of(),
                                Optional.of(attempt.page().isEmpty() ? "page-2" : "page-3"),
                                Optional.empty()));
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        pipeline.until(() -> {
            // A page has 72 hours, and an attempt may take some looks.
            if (pipeline.dispatcher.running() == 0) {
                pipeline.pass(Duration.ofHours(1));
            }
            return pipeline.rows(Stores.JOBS) == 0 && pipeline.rows(Stores.WAITING) == 0;
        });
        assertEquals(12, pipeline.runner.ran.size());
        assertEquals(Optional.of("page-3"), pipeline.runner.ran.getLast().page());
    }

    @Test
    void unknownMailboxAtFirst_itsServerHasAllItsAttempts() {
        pipeline.runner.answer(attempt ->
                failed(attempt.attempt() <= 6 ? FailureCode.UNKNOWN_MAILBOX : FailureCode.SOURCE_UNREACHABLE));
        pipeline.announce(job(ACME, 7));
        for (int attempt = 1; attempt <= 10; attempt++) {
            int ran = attempt;
            pipeline.until(() -> pipeline.runner.ran.size() == ran);
            assertTrue(ran == 10 || pipeline.outcomes().isEmpty());
            pipeline.until(() -> pipeline.dispatcher.running() == 0);
            pipeline.step();
            pipeline.pass(attempt <= 6 ? Duration.ofMinutes(1) : Duration.ofHours(1));
        }
        assertEquals("SOURCE_UNREACHABLE", pipeline.untilOutcomes(1).getFirst().code());
    }

    @Test
    void listing_thatAPushAskedFor_findsNothingThatNobodyAnnounced() {
        pipeline.runner.answer(attempt -> attempt.job().pointer() instanceof MessagePointer
                ? handled()
                : new Completion.Listed(uids(1, 2), Optional.empty(), Optional.of("cursor-2")));
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.PUSH, "INBOX", "1006196")));
        pipeline.untilOutcomes(2);

        assertEquals(0, pipeline.sightings.all().getFirst().foundByListing());
    }

    @Test
    void listing_forwardsOnlyWhatIsUnknownAndMovesTheCursorWithTheLastPage() {
        PointerJob known = job(ACME, 1);
        pipeline.announce(known);
        pipeline.untilOutcomes(1);
        pipeline.runner.answer(attempt -> attempt.job().pointer() instanceof MessagePointer
                ? handled()
                : attempt.page().isEmpty()
                        ? new Completion.Listed(uids(1, 2), Optional.of("page-2"), Optional.empty())
                        : new Completion.Listed(uids(3, 3), Optional.empty(), Optional.of("cursor-3")));
        PointerJob changes = job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        pipeline.announce(changes);
        pipeline.until(() -> pipeline.written.get(Topics.POINTERS).size() == 2);
        pipeline.untilOutcomes(3);

        assertEquals(
                List.of(job(ACME, 2).jobId().value(), job(ACME, 3).jobId().value()),
                pipeline.written.get(Topics.POINTERS).stream()
                        .map(record -> PointerJobCodec.decode(record.key(), record.value()))
                        .map(decoded -> ((PointerJobCodec.Decoded.Job) decoded)
                                .job()
                                .jobId()
                                .value())
                        .toList());
        assertEquals(2, pipeline.sightings.all().getFirst().foundByListing());
        assertEquals(3, pipeline.outcomes().size(), "a listing has no outcome");

        pipeline.runner.answer(_ -> new Completion.Listed(List.of(), Optional.empty(), Optional.of("cursor-3")));
        pipeline.announce(changes);
        pipeline.until(() -> pipeline.runner.ran.size() == 6);
        assertEquals(Optional.of("cursor-3"), pipeline.runner.ran.getLast().cursor());
    }

    @Test
    void changes_coalesceAndAreListedOnceMoreIfTheyComeLate() {
        PointerJob first = job(ACME, new ChangesPointer(ChangesPointer.Reason.PUSH, "INBOX", null));
        pipeline.runner.answer(_ -> new Completion.Listed(List.of(), Optional.empty(), Optional.of("c")));
        pipeline.runner.hold(first.jobId());
        pipeline.announce(first);
        pipeline.until(() -> pipeline.runner.ran.size() == 1);
        for (int i = 0; i < 20; i++) {
            pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.PUSH, null, null)));
        }
        assertEquals(1, pipeline.rows(Stores.JOBS));
        pipeline.runner.release(first.jobId());
        pipeline.until(() -> pipeline.rows(Stores.JOBS) == 0);
        assertEquals(2, pipeline.runner.ran.size());
    }

    @Test
    void failedListing_isRetriedAndNeverADeadLetter() {
        pipeline.runner.answer(_ -> failed(FailureCode.SOURCE_UNREACHABLE));
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        for (int attempt = 1; attempt <= 4; attempt++) {
            int ran = attempt;
            pipeline.until(() -> pipeline.runner.ran.size() == ran);
            pipeline.pass(Duration.ofHours(1));
        }
        pipeline.until(() -> pipeline.rows(Stores.JOBS) == 0 && pipeline.rows(Stores.WAITING) == 0);
        assertTrue(pipeline.outcomes().isEmpty());
        assertTrue(pipeline.written.get(Topics.DEAD_LETTERS).isEmpty());
        assertTrue(pipeline.written.get(Topics.RETRY).isEmpty());
    }

    @Test
    void unknownMailbox_isRetriedForTenMinutes() {
        pipeline.runner.answer(_ -> failed(FailureCode.UNKNOWN_MAILBOX));
        pipeline.announce(job(ACME, 7));
        for (int minute = 0; minute < 9; minute++) {
            pipeline.pass(Duration.ofMinutes(1));
            assertTrue(pipeline.outcomes().isEmpty());
        }
        pipeline.until(() -> {
            pipeline.pass(Duration.ofMinutes(1));
            return !pipeline.outcomes().isEmpty();
        });
        assertEquals("UNKNOWN_MAILBOX", pipeline.outcomes().getFirst().code());
    }

    @Test
    void settledLongAgo_isForgottenAfterTheHorizon() {
        PointerJob old = job(ACME, 7);
        pipeline.store(Stores.SETTLED)
                .put(
                        RowKey.of(old).bytes(),
                        new Settlement(Pipeline.START.minus(Duration.ofDays(15)), Result.HANDLED, 0, 0, Map.of())
                                .encode());
        PointerJob young = job(ACME, 8);
        pipeline.announce(young, new RecordHeaders(), Pipeline.START);
        pipeline.untilOutcomes(1);
        pipeline.pass(Duration.ofSeconds(2));
        assertNull(pipeline.store(Stores.SETTLED).get(RowKey.of(old).bytes()));
        assertTrue(pipeline.store(Stores.SETTLED).get(RowKey.of(young).bytes()) != null);
    }

    /** Nothing of the horizon has passed by the broker's clock. */
    @Test
    void clockOfWeeksAhead_forgetsNothing() {
        PointerJob job = job(ACME, 7);
        pipeline.announce(job, new RecordHeaders(), Pipeline.START);
        pipeline.untilOutcomes(1);
        pipeline.pass(Duration.ofDays(20));
        pipeline.pass(Duration.ofSeconds(2));
        assertNotNull(pipeline.store(Stores.SETTLED).get(RowKey.of(job).bytes()));
        pipeline.announce(job, new RecordHeaders(), Pipeline.START.plusSeconds(1));
        pipeline.untilOutcomesStay(1);
        assertEquals(1, pipeline.outcomes().size());
    }

    @Test
    void clockOfWeeksBehind_settlesByTheBrokers() {
        PointerJob job = job(ACME, 7);
        Instant now = Pipeline.START.plus(Duration.ofDays(20));
        pipeline.announce(job, new RecordHeaders(), now);
        pipeline.untilOutcomes(1);
        byte[] settled = pipeline.store(Stores.SETTLED).get(RowKey.of(job).bytes());
        assertEquals(now, Settlement.decode(settled).at());
    }

    @Test
    @DisplayName("A12 a row that an old state directory brings back after its job has ended is dropped")
    void waitingRowOfAJobThatEnded_isDropped() {
        PointerJob job = job(ACME, 7);
        leaveWaiting(row(job, Row.QUEUED, Row.Deaths.NONE));
        end(job, Result.HANDLED, 0);

        pipeline.pass(Duration.ofHours(1));
        pipeline.announce(job(ACME, 8));
        pipeline.untilOutcomesStay(1);
        assertEquals(List.of(job(ACME, 8).jobId()), ran());
        assertEquals(0, pipeline.rows(Stores.WAITING));
        assertEquals(0, pipeline.rows(Stores.SCHEDULE));
        assertEquals(1, pipeline.count("waybill.jobs.outlived"));
    }

    @Test
    void waitingRowOfAJobInMemory_isDropped() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        leave(row(job, Row.QUEUED, Row.Deaths.NONE), "this-life");
        leaveWaiting(row(job, Row.QUEUED, Row.Deaths.NONE));
        pipeline.until(() -> pipeline.runner.ran.size() == 1);

        pipeline.pass(Duration.ofHours(1));
        assertEquals(0, pipeline.rows(Stores.WAITING));
        pipeline.runner.releaseAll();
        pipeline.untilOutcomesStay(1);
        assertEquals(1, pipeline.outcomes().size());
        assertEquals(List.of(job.jobId()), ran());
    }

    @Test
    void parkedRowOfAJobThatEnded_isDropped() {
        PointerJob job = job(ACME, 7);
        pipeline.directory.pause(ACME.key());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);
        end(job, Result.HANDLED, 0);

        pipeline.directory.resume(ACME.key());
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 0);
        pipeline.pass(Duration.ofSeconds(5));
        assertEquals(List.of(), ran());
        assertEquals(0, pipeline.rows(Stores.SCHEDULE));
    }

    /** The dead letter is of the generation before. */
    @Test
    void waitingRowOfADeadLetterThatIsDrivenAgain_runs() {
        PointerJob job = job(ACME, 7);
        Row row = row(job, Row.QUEUED, Row.Deaths.NONE);
        leaveWaiting(row.with(new Row.Progress(1, 1, 4, 0, 0, List.of(), Map.of(), Pipeline.START, Pipeline.START)));
        end(job, Result.DEAD_LETTERED, 0);

        pipeline.pass(Duration.ofHours(1));
        pipeline.untilOutcomesStay(1);
        assertEquals(List.of(job.jobId()), ran());
    }

    @Test
    void waitingRowOfTheGenerationThatWasADeadLetter_keepsNoRedriveOut() {
        PointerJob job = job(ACME, 7);
        leaveWaiting(row(job, Row.QUEUED, Row.Deaths.NONE));
        end(job, Result.DEAD_LETTERED, 0);

        pipeline.announce(job, generation(1));
        pipeline.untilOutcomesStay(1);
        pipeline.pass(Duration.ofHours(1));
        assertEquals(1, pipeline.outcomes().size());
        assertEquals(List.of(job.jobId()), ran());
        assertEquals(0, pipeline.rows(Stores.WAITING));
    }

    /** A row that waits on disk for the coming half hour. */
    private void leaveWaiting(Row row) {
        Instant dueAt = Pipeline.START.plus(Duration.ofMinutes(30));
        new WaitingRoom(pipeline.store(Stores.WAITING), pipeline.store(Stores.SCHEDULE))
                .await(row.in(new Row.State.Waiting(dueAt, null)), dueAt, Pipeline.START);
    }

    private void end(PointerJob job, Result result, int generation) {
        pipeline.store(Stores.SETTLED)
                .put(RowKey.of(job).bytes(), new Settlement(Pipeline.START, result, generation, 1, Map.of()).encode());
    }

    @Test
    void completionAfterTheTaskClosed_isDropped() {
        PointerJob job = job(ACME, 7);
        pipeline.runner.hold(job.jobId());
        pipeline.announce(job);
        pipeline.until(() -> pipeline.runner.ran.size() == 1);
        pipeline.closeTask();
        pipeline.runner.release(job.jobId());
        await().until(() -> pipeline.dispatcher.running() == 0);
        assertTrue(pipeline.outcomes().isEmpty());
    }

    private static Headers generation(int generation) {
        Headers headers = new RecordHeaders();
        JobHeaders.put(headers, JobHeaders.GENERATION, generation);
        return headers;
    }

    private static List<MessagePointer> uids(long first, long last) {
        List<MessagePointer> pointers = new ArrayList<>();
        LongStream.rangeClosed(first, last).forEach(uid -> pointers.add(ImapPointer.of("INBOX", 1, uid)));
        return pointers;
    }

    /** Who stops the process gracefully, and waits until all is handed in. */
    private Thread requestStop() {
        Thread stopper = Thread.ofVirtual().start(() -> {
            try {
                pipeline.stopping.requestAndAwait(Duration.ofSeconds(20));
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        });
        pipeline.until(() -> pipeline.stopping.requested());
        return stopper;
    }

    /** What a former owner left in the store. */
    private void leave(Row row, String owner) {
        JobTable table = new JobTable(pipeline.store(Stores.JOBS));
        table.claim(owner);
        if (row != null) {
            table.add(row, null);
        }
    }

    private static Row listing(PointerJob job, String page) {
        return new Row(
                job,
                PointerJobCodec.encode(job),
                new Origin("mail.pointers", 0, 1, Pipeline.START, List.of(), 0),
                Row.Progress.first(Pipeline.START),
                Row.Deaths.NONE,
                Row.Listing.FIRST.at(page),
                Row.QUEUED);
    }

    private List<JobId> ran() {
        return pipeline.runner.ran.stream()
                .map(attempt -> attempt.job().jobId())
                .toList();
    }

    private Row.State state(PointerJob job) {
        byte[] row = pipeline.store(Stores.JOBS).get(RowKey.of(job).bytes());
        return row == null ? null : RowCodec.decode(row).state();
    }

    private static Row row(PointerJob job, Row.State state, Row.Deaths deaths) {
        return new Row(
                job,
                PointerJobCodec.encode(job),
                new Origin("mail.pointers", 0, 1, Pipeline.START, List.of(), 0),
                Row.Progress.first(Pipeline.START),
                deaths,
                null,
                state);
    }
}
