package io.waybill.cli.dlq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Cluster;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeadLetterTableIT {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final int MAX = 10;
    private static final int MAX_IDS = 100;
    private static final AtomicInteger MAILBOXES = new AtomicInteger();

    private static Cluster cluster;

    /** Each test has one of its own. */
    private final String mailbox = "table/m" + MAILBOXES.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
    }

    @Test
    @DisplayName("A17 dead letters are listed however many were closed while the log still holds them")
    void read_moreInTheLogThanFit_findsAllThatAreOpen() throws Exception {
        List<PointerJob> jobs = put(30);
        close(jobs.subList(0, 24));

        DeadLetterTable table = read(MAX_IDS);

        assertEquals(ids(jobs.subList(24, 30)), ids(table));
        assertFalse(table.truncated());
    }

    @Test
    void read_allClosedThatDidNotFit_isNotTruncated() throws Exception {
        List<PointerJob> jobs = put(30);
        close(jobs.subList(10, 30));

        DeadLetterTable table = read(MAX_IDS);

        assertEquals(ids(jobs.subList(0, 10)), ids(table));
        assertFalse(table.truncated());
    }

    @Test
    void read_moreOpenThanFit_isFullAndTruncated() throws Exception {
        List<PointerJob> jobs = put(30);
        close(jobs.subList(0, 5));

        DeadLetterTable table = read(MAX_IDS);

        assertEquals(MAX, table.letters().size());
        assertTrue(table.truncated());
    }

    @Test
    void read_moreThanAreRemembered_isTruncated() throws Exception {
        close(put(30));

        DeadLetterTable table = read(5);

        assertEquals(List.of(), table.letters());
        assertTrue(table.truncated(), "of ten nobody knows whether they were closed");
    }

    private DeadLetterTable read(int maxIds) {
        DeadLetterFilter filter =
                new DeadLetterFilter(Set.of(), Optional.empty(), Optional.of(MailboxKey.parse(mailbox)));
        return DeadLetterTable.read(cluster.kafka(), filter, MAX, maxIds);
    }

    /** All in one partition, so that the tombstones come after all of them. */
    private List<PointerJob> put(int count) throws InterruptedException {
        List<PointerJob> jobs = HandmadeDeadLetters.jobs(mailbox, count);
        cluster.put(jobs.stream()
                .map(job -> HandmadeDeadLetters.of(job, 0, FailureCode.HANDLER_REFUSED, NOW))
                .map(record ->
                        new ProducerRecord<>(record.topic(), 0, null, record.key(), record.value(), record.headers()))
                .toList());
        return jobs;
    }

    private static void close(List<PointerJob> jobs) throws InterruptedException {
        cluster.put(jobs.stream()
                .map(job -> new ProducerRecord<byte[], byte[]>(
                        Topics.DEAD_LETTERS.name(), 0, (job.jobId() + ".0").getBytes(StandardCharsets.UTF_8), null))
                .toList());
    }

    private static List<String> ids(List<PointerJob> jobs) {
        return jobs.stream().map(job -> job.jobId() + ".0").sorted().toList();
    }

    private static List<String> ids(DeadLetterTable table) {
        return table.letters().stream().map(DeadLetter::id).toList();
    }
}
