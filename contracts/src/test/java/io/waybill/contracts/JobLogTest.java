package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("A21 each step of a job's life is one log event with the same keys")
final class JobLogTest {
    private static final PointerJob JOB = Samples.job();
    private static final Failure FAILURE = new Failure(
            FailureCode.SOURCE_THROTTLED, Stage.FETCH, "come back later", Optional.of(Duration.ofSeconds(9)));

    private final Logger logger = (Logger) LoggerFactory.getLogger("waybill.jobs");
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private Level before;

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        written.start();
        logger.addAppender(written);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(written);
        logger.setAdditive(true);
        logger.setLevel(before);
    }

    @Test
    @DisplayName(
            "A21 enqueue, consume_start, ack, retry, dlq, skip, park, resurface tell tenant, mailbox, provider, ids,"
                    + " attempt, code")
    void events_tellWhoAndWhat() {
        JobLog.enqueue("imap-ingress", List.of(JOB));
        JobLog.consumeStart(JOB, 1, 2);
        JobLog.ack(JOB, 1, 2, 85);
        JobLog.retry(JOB, 1, 2, FAILURE, Samples.NOW);
        JobLog.dlq(JOB, 1, 2, FAILURE);
        JobLog.skip(JOB, 1, 2, SkipCode.MESSAGE_GONE, "no message has this UID");
        JobLog.park(JOB, 1, 2, "mailbox:acme/support", FailureCode.CREDENTIALS_REFUSED);
        JobLog.resurface(JOB, 1, 2, 1);

        assertEquals(
                List.of("enqueue", "consume_start", "ack", "retry", "dlq", "skip", "park", "resurface"),
                written.list.stream().map(ILoggingEvent::getMessage).toList());
        for (ILoggingEvent event : written.list) {
            Map<String, String> keys = keys(event);
            assertEquals("acme", keys.get("tenant"));
            assertEquals("support", keys.get("mailbox"));
            assertEquals("imap", keys.get("provider"));
            assertEquals(JOB.jobId().value(), keys.get("job_id"));
            assertEquals("INBOX", keys.get("folder"));
            assertEquals("1700000000", keys.get("uid_validity"));
            assertEquals("42", keys.get("uid"));
            if (!event.getMessage().equals("enqueue")) {
                assertEquals("1", keys.get("generation"));
                assertEquals("2", keys.get("attempt"));
            }
        }
        assertEquals("imap-ingress", keys("enqueue").get("by"));
        assertEquals("85", keys("ack").get("ms"));
        assertEquals("SOURCE_THROTTLED", keys("retry").get("code"));
        assertEquals("fetch", keys("retry").get("stage"));
        assertEquals(Samples.NOW.toString(), keys("retry").get("due_at"));
        assertEquals("SOURCE_THROTTLED", keys("dlq").get("code"));
        assertEquals("come back later", keys("dlq").get("detail"));
        assertEquals("MESSAGE_GONE", keys("skip").get("code"));
        assertEquals("CREDENTIALS_REFUSED", keys("park").get("code"));
        assertEquals("mailbox:acme/support", keys("park").get("cause"));
        assertEquals("1", keys("resurface").get("deaths"));
    }

    @Test
    void events_ofOtherProviders() {
        JobLog.consumeStart(Samples.job(new MicrosoftPointer("subscription", "AAMk=", "created")), 0, 1);
        JobLog.consumeStart(Samples.job(new GooglePointer("18c3")), 0, 1);
        JobLog.consumeStart(Samples.job(new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)), 0, 1);
        JobLog.listed(
                Samples.job(new ChangesPointer(ChangesPointer.Reason.TICK, null, null)), 7, 2, Duration.ofMillis(9));
        JobLog.duplicate(JOB, "settled");

        assertEquals("microsoft", keys(written.list.get(0)).get("provider"));
        assertEquals("AAMk=", keys(written.list.get(0)).get("message_id"));
        assertEquals("google", keys(written.list.get(1)).get("provider"));
        assertEquals("18c3", keys(written.list.get(1)).get("message_id"));
        assertEquals("tick", keys(written.list.get(2)).get("changes"));
        assertEquals("7", keys("listed").get("found"));
        assertEquals("2", keys("listed").get("missing"));
        assertEquals("settled", keys("duplicate").get("of"));
    }

    @Test
    @DisplayName("A21 what came together is one enqueue event for each mailbox and folder, of a hundred at most")
    void enqueue_ofSeveral() {
        List<PointerJob> jobs = new ArrayList<>();
        for (int uid = 1; uid <= 250; uid++) {
            jobs.add(Samples.job(new ImapPointer("INBOX", 1, uid, null, false)));
        }
        jobs.add(Samples.job(new ImapPointer("INBOX", 2, 1, null, false)));
        jobs.add(Samples.job(new ImapPointer("Sales", 2, 1, null, false)));
        jobs.add(Samples.job(new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        jobs.add(Samples.job(new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        Mailbox other = Samples.mailbox("globex", "support", "k-2", null);
        for (Pointer pointer : List.of(
                new MicrosoftPointer(null, "AAMk1=", null),
                new MicrosoftPointer(null, "AAMk2=", null),
                new GooglePointer("18c3"),
                new GooglePointer("18c4"))) {
            jobs.add(PointerJob.of(other, pointer, Samples.NOW));
        }
        JobLog.enqueue("watch", jobs);

        assertEquals(
                List.of(100, 100, 50, 1, 1, 1, 1, 2, 2),
                written.list.stream()
                        .map(JobLogTest::keys)
                        .map(keys -> keys.get("job_id").split(", ", -1).length)
                        .toList());
        assertEquals(
                jobs.stream().map(job -> job.jobId().value()).toList(),
                written.list.stream()
                        .map(JobLogTest::keys)
                        .flatMap(keys -> Stream.of(
                                keys.get("job_id").replaceAll("[\\[\\]]", "").split(", ", -1)))
                        .toList(),
                "each is told, once and in its order");
        Map<String, String> third = keys(written.list.get(2));
        assertEquals("acme", third.get("tenant"));
        assertEquals("support", third.get("mailbox"));
        assertEquals("imap", third.get("provider"));
        assertEquals("INBOX", third.get("folder"));
        assertEquals("1", third.get("uid_validity"));
        assertEquals("watch", third.get("by"));
        assertTrue(third.get("uid").startsWith("[201, 202, "), third.get("uid"));
        Map<String, String> microsoft = keys(written.list.get(7));
        assertEquals("globex", microsoft.get("tenant"));
        assertEquals("microsoft", microsoft.get("provider"));
        assertEquals("[AAMk1=, AAMk2=]", microsoft.get("message_id"));
        Map<String, String> google = keys(written.list.get(8));
        assertEquals("google", google.get("provider"));
        assertEquals("[18c3, 18c4]", google.get("message_id"));
    }

    @Test
    void dlq_ofBytesThatAreNoJob_tellsWhereTheyWere() {
        JobLog.dlq(
                "mail.pointers",
                3,
                99,
                new Rejection(FailureCode.FORBIDDEN_FIELD, "the job carries the content field body"));
        Map<String, String> keys = keys("dlq");
        assertEquals("mail.pointers", keys.get("source_topic"));
        assertEquals("3", keys.get("source_partition"));
        assertEquals("99", keys.get("source_offset"));
        assertEquals("FORBIDDEN_FIELD", keys.get("code"));
    }

    @Test
    @DisplayName("A21 no event repeats a keyed hash, a hint or anything else that is not asked for")
    void events_tellNoMore() {
        JobLog.consumeStart(Samples.job(new ImapPointer("INBOX", 1, 2, "quokka-hash", true)), 0, 1);
        JobLog.consumeStart(Samples.job(new ChangesPointer(ChangesPointer.Reason.PUSH, null, "quokka-hint")), 0, 1);
        JobLog.consumeStart(Samples.job(new MicrosoftPointer("quokka-subscription", "id", "created")), 0, 1);
        for (ILoggingEvent event : written.list) {
            assertFalse(keys(event).toString().contains("quokka"));
        }
        logger.setLevel(Level.OFF);
        JobLog.ack(JOB, 0, 1, 1);
        assertTrue(written.list.stream().noneMatch(event -> event.getMessage().equals("ack")));
    }

    private Map<String, String> keys(String event) {
        return keys(written.list.stream()
                .filter(one -> one.getMessage().equals(event))
                .findFirst()
                .orElseThrow());
    }

    private static Map<String, String> keys(ILoggingEvent event) {
        Map<String, String> keys = new HashMap<>();
        event.getKeyValuePairs().forEach(pair -> keys.put(pair.key, String.valueOf(pair.value)));
        return keys;
    }
}
