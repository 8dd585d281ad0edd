package io.waybill.cli.dlq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Cluster;
import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DlqVerbsIT {
    private final Instant now = Instant.now();

    private static Cluster cluster;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
    }

    @Test
    @DisplayName("A17 an operator sees a dead letter's code, stage, attempts and who must act")
    void list_ofOneMailbox_showsWhatIsOpen() throws Exception {
        PointerJob job = put("dlq-list/m", 1, FailureCode.HANDLER_REFUSED, now);
        put("dlq-list/m", 2, FailureCode.MIME_REFUSED, now.minusSeconds(60));

        Ran ran = run("dlq", "list", "--mailbox", "dlq-list/m");

        assertEquals(Exit.DONE, ran.code(), ran.err());
        List<String> lines = ran.out().lines().toList();
        assertTrue(lines.get(0).matches(" ?ID +MAILBOX +CODE +STAGE +ATTEMPTS +FAILED AT +WHO ACTS"), ran.out());
        assertTrue(lines.get(1).contains("MIME_REFUSED"), ran.out());
        assertTrue(
                lines.get(2)
                        .matches(" ?" + job.jobId() + "\\.0 +dlq-list/m +HANDLER_REFUSED +handle +1 +" + now
                                + " +operator"),
                ran.out());
        assertTrue(ran.out().contains("2 open: 1 HANDLER_REFUSED, 1 MIME_REFUSED"), ran.out());

        Ran one = run("dlq", "list", "--mailbox", "dlq-list/m", "--code", "handler_refused", "--json");
        assertEquals(2, one.out().lines().count());
        assertEquals(job.jobId().value(), json(one).getFirst().path("jobId").asText());
        assertEquals(
                "{\"total\":1,\"truncated\":false,\"byCode\":{\"HANDLER_REFUSED\":1}}",
                json(one).getLast().toString());
    }

    @Test
    void list_nothingOpen_isDone() throws Exception {
        Ran ran = run("dlq", "list", "--mailbox", "dlq-none/m");

        assertEquals(Exit.DONE, ran.code());
        assertEquals("No dead letters are open that match.\n", ran.out());
        assertEquals(
                "{\"total\":0,\"truncated\":false,\"byCode\":{}}\n",
                run("dlq", "list", "--mailbox", "dlq-none/m", "--json").out());
    }

    @Test
    @DisplayName("A17 a dead letter shows its pointer, its headers and what to do about it")
    void show_oneOfAJob_tellsAll() throws Exception {
        PointerJob job = put("dlq-show/m", 1, FailureCode.HANDLER_REFUSED, now);

        Ran ran = run("dlq", "show", job.jobId().value());

        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().contains("failed        HANDLER_REFUSED at stage handle"), ran.out());
        assertTrue(ran.out().contains("\"uidValidity\":7"), ran.out());
        assertTrue(ran.out().contains("x-job-source-key"), ran.out());
        assertTrue(ran.out().lines().anyMatch(line -> line.matches("  x-job-source-key +dlq-show/m")), ran.out());
        assertTrue(ran.out().contains("waybill dlq redrive " + job.jobId() + ".0 --execute"), ran.out());

        JsonNode json = json(run("dlq", "show", job.jobId().value(), "--json")).getFirst();
        assertEquals("dlq-show", json.path("pointer").path("tenantId").asText());
        assertEquals("trace", json.path("headers").path(0).path("name").asText());
    }

    @Test
    void show_ofNone_isNotDone() throws Exception {
        Ran ran = run("dlq", "show", "nothing");

        assertEquals(Exit.INCOMPLETE, ran.code());
        assertTrue(ran.err().contains("no open dead letter has this id"), ran.err());
    }

    @Test
    void redrive_withoutExecute_doesNothingAndSaysWhatItWould() throws Exception {
        PointerJob job = put("dlq-dry/m", 1, FailureCode.HANDLER_REFUSED, now);
        put("dlq-dry/m", 2, FailureCode.HANDLER_REFUSED, now.minus(Duration.ofDays(15)));
        cluster.put(HandmadeDeadLetters.redacted(901, FailureCode.UNDECODABLE, now));

        Ran ran = run("dlq", "redrive", "--mailbox", "dlq-dry/m");
        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().contains("2 dead letters would be re-driven."), ran.out());
        assertTrue(ran.out().contains("1 of them failed more than 14 days ago"), ran.out());
        assertTrue(ran.out().contains("Nothing was done. Add --execute to do it."), ran.out());
        assertEquals(0, pointers("dlq-dry/m"));

        Ran ids = run(
                "dlq", "redrive", job.jobId().value(), "raw.mail.pointers.0.901", "raw.mail.pointers.0.902", "--json");
        assertEquals(
                List.of("redrive", "leave"),
                json(ids).stream()
                        .filter(line -> line.has("action"))
                        .map(line -> line.path("action").asText())
                        .toList());
        assertEquals(
                "{\"matched\":2,\"redriven\":1,\"left\":1,\"notOpen\":[\"raw.mail.pointers.0.902\"],\"truncated\":false,"
                    + "\"executed\":false,\"finished\":false}",
                json(ids).getLast().toString());

        Ran text = run("dlq", "redrive", "raw.mail.pointers.0.901", "raw.mail.pointers.0.902");
        assertEquals(Exit.DONE, text.code(), "a dry run");
        assertTrue(text.out().contains("1 dead letter left alone, as it holds no job"), text.out());
        assertTrue(text.out().contains("not open: raw.mail.pointers.0.902"), text.out());
    }

    @Test
    void redrive_allLeftAlone_isNotDone() throws Exception {
        cluster.put(HandmadeDeadLetters.redacted(905, FailureCode.UNDECODABLE, now));

        Ran ran = run("dlq", "redrive", "raw.mail.pointers.0.905", "--execute");

        assertEquals(Exit.INCOMPLETE, ran.code(), ran.out());
        assertTrue(ran.out().contains("1 dead letter left alone"), ran.out());
    }

    @Test
    @DisplayName("A18 a re-drive by command runs a dead letter again once, under the next generation")
    void redrive_withExecute_isDoneOnce() throws Exception {
        PointerJob job = put("dlq-execute/m", 1, FailureCode.HANDLER_REFUSED, now);

        Ran ran = run("dlq", "redrive", job.jobId().value(), "--execute");
        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertTrue(ran.out().startsWith("1 dead letter re-driven, as re-drive "), ran.out());

        Ran again = run("dlq", "redrive", job.jobId().value(), "--execute");
        assertEquals(Exit.DONE, again.code());
        assertTrue(again.out().contains("0 dead letters re-driven."), again.out());
        assertTrue(again.out().contains("not open: " + job.jobId()), again.out());
        assertEquals(1, pointers("dlq-execute/m"));
    }

    @Test
    void redrive_ofNothingNamed_isWrongUsage() throws Exception {
        assertEquals(Exit.USAGE, run("dlq", "redrive").code());
        assertEquals(
                Exit.USAGE,
                run("dlq", "redrive", "--all", "--code", "MIME_REFUSED").code());
        assertEquals(Exit.USAGE, run("dlq", "redrive", "--code", "NO_SUCH_CODE").code());
    }

    @Test
    void discard_aRedactedOne_closesIt() throws Exception {
        String id = "raw.mail.pointers.0.903";
        cluster.put(HandmadeDeadLetters.redacted(903, FailureCode.UNDECODABLE, now));

        Ran dry = run("dlq", "discard", id);
        assertTrue(dry.out().contains("1 dead letter would be discarded."), dry.out());
        assertEquals(Exit.DONE, run("dlq", "show", id).code());

        Ran ran = run("dlq", "discard", id, "--execute");
        assertEquals(Exit.DONE, ran.code(), ran.err());
        assertEquals("1 dead letter discarded.\n", ran.out());
        assertEquals(Exit.INCOMPLETE, run("dlq", "show", id).code());
    }

    @Test
    void show_aRedactedOne_saysThatItCanOnlyBeDiscarded() throws Exception {
        cluster.put(HandmadeDeadLetters.redacted(904, FailureCode.FORBIDDEN_FIELD, now));

        Ran ran = run("dlq", "show", "raw.mail.pointers.0.904");

        assertTrue(ran.out().contains("who acts      us"), ran.out());
        assertTrue(ran.out().contains("waybill dlq discard raw.mail.pointers.0.904 --execute"), ran.out());
        assertFalse(ran.out().contains("redrive"), ran.out());
    }

    private Ran run(String... args) {
        return cluster.run(home).execute(args);
    }

    private PointerJob put(String mailbox, long uid, FailureCode code, Instant failedAt) throws Exception {
        PointerJob job = HandmadeDeadLetters.job(mailbox, uid);
        cluster.put(HandmadeDeadLetters.of(job, 0, code, failedAt));
        return job;
    }

    private static long pointers(String mailbox) {
        return cluster.read(Topics.POINTERS).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(mailbox))
                .count();
    }

    private static List<JsonNode> json(Ran ran) {
        return ran.out().lines().map(DlqVerbsIT::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException broken) {
            throw new AssertionError(line, broken);
        }
    }
}
