package io.waybill.inbound.topology;

import static io.waybill.inbound.topology.Pipeline.job;
import static io.waybill.inbound.topology.Pipeline.mailbox;
import static io.waybill.inbound.topology.ScriptedRunner.failed;
import static io.waybill.inbound.topology.ScriptedRunner.handled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.FunctionCounter;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topics;
import io.waybill.inbound.execute.Completion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What of each mailbox came by callback, and what by listing. */
class MailboxSightingsTest {
    private static final Mailbox ACME = mailbox("acme", "support");
    private static final Mailbox OTHER = mailbox("umbrella", "help");
    private static final Instant AT = Instant.parse("2026-11-22T08:59:58.123Z");

    private Pipeline pipeline;

    @BeforeEach
    void start(@TempDir Path state) {
        pipeline = new Pipeline(state);
        pipeline.directory.put(ACME);
        pipeline.directory.put(OTHER);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    static Stream<Pointer> notifications() {
        return Stream.of(
                new MicrosoftPointer("sub-1", "AAkA", "created"),
                ImapPointer.of("INBOX", 1, 7),
                new ChangesPointer(ChangesPointer.Reason.PUSH, null, "1006196"),
                new ChangesPointer(ChangesPointer.Reason.MISSED, null, null));
    }

    @ParameterizedTest
    @MethodSource("notifications")
    void notification_isSeenByTheBrokersTime(Pointer pointer) {
        pipeline.announce(job(ACME, pointer), new RecordHeaders(), AT);
        assertEquals(List.of(new MailboxView("acme", "support", AT.toString(), null, 0)), pipeline.sightings.all());
    }

    @Test
    void notification_thatIsADuplicateOrLate_countsByTheLatest() {
        PointerJob job = job(ACME, 7);
        pipeline.announce(job, new RecordHeaders(), AT);
        pipeline.untilOutcomes(1);
        pipeline.announce(job, new RecordHeaders(), AT.plusSeconds(5));
        pipeline.announce(job, new RecordHeaders(), AT.plusSeconds(3));
        assertEquals(AT.plusSeconds(5).toString(), only().lastNotificationAt());
        pipeline.announce(job(OTHER, 7), new RecordHeaders(), AT);
        assertEquals(
                List.of("acme", "umbrella"),
                pipeline.sightings.all().stream().map(MailboxView::tenant).toList());
    }

    static Stream<Pointer> others() {
        return Stream.of(ChangesPointer.Reason.TICK, ChangesPointer.Reason.CONNECTED, ChangesPointer.Reason.RESUMED)
                .map(reason -> new ChangesPointer(reason, "INBOX", null));
    }

    @ParameterizedTest
    @MethodSource("others")
    void whatAClockAListenerOrAnOperatorWrote_isNoNotification(Pointer pointer) {
        pipeline.runner.answer(_ -> failed(FailureCode.SOURCE_UNREACHABLE));
        pipeline.announce(job(ACME, pointer), new RecordHeaders(), AT);
        pipeline.until(() -> pipeline.runner.ran.size() == 1);
        assertTrue(pipeline.sightings.all().isEmpty());
    }

    @Test
    void redrivenRetriedAndRefused_areNoNotifications() {
        Headers redriven = new RecordHeaders();
        JobHeaders.put(redriven, JobHeaders.GENERATION, 1);
        pipeline.announce(job(ACME, 7), redriven, AT);
        pipeline.retryRecord(job(ACME, 8), new RecordHeaders());
        pipeline.raw(OTHER.key().bytes(), PointerJobCodec.encode(job(ACME, 9)), new RecordHeaders());
        pipeline.announce(job(mailbox("nobody", "applied"), 7), new RecordHeaders(), AT);
        pipeline.untilOutcomes(2);
        assertTrue(pipeline.sightings.all().isEmpty());
    }

    @Test
    void listing_isSeenAtItsEnd_andWhatItFoundIsCountedAndNoNotification() {
        pipeline.announce(job(OTHER, 7), new RecordHeaders(), AT);
        pipeline.runner.answer(attempt -> switch (attempt.job().pointer()) {
            case MessagePointer _ -> handled();
            case ChangesPointer _ ->
                attempt.page().isEmpty()
                        ? new Completion.Listed(uids(1, 5), Optional.of("page-2"), Optional.empty())
                        : failed(FailureCode.SOURCE_UNREACHABLE);
        });
        pipeline.announce(job(ACME, new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null)));
        pipeline.until(() -> pipeline.rows(Stores.WAITING) == 1);
        assertEquals(
                new MailboxView("acme", "support", null, null, 5),
                pipeline.sightings.all().getFirst());

        pipeline.runner.answer(attempt -> switch (attempt.job().pointer()) {
            case MessagePointer _ -> handled();
            case ChangesPointer _ -> new Completion.Listed(uids(5, 6), Optional.empty(), Optional.of("cursor"));
        });
        pipeline.pass(Duration.ofMinutes(1));
        pipeline.untilOutcomes(7);
        MailboxView seen = pipeline.sightings.all().getFirst();
        assertNull(seen.lastNotificationAt(), "what listing found is read back, and nobody announced it");
        assertTrue(Instant.parse(seen.lastListingAt()).isAfter(Pipeline.START.plusSeconds(59)), seen.toString());
        assertEquals(6, seen.foundByListing());
        assertEquals(6, counter(ACME).orElseThrow().count());
        assertEquals(0, counter(OTHER).orElseThrow().count(), "there from the first sight on");
        assertTrue(pipeline.written.get(Topics.POINTERS).stream()
                .allMatch(found ->
                        JobHeaders.text(found.headers(), JobHeaders.APP).equals(Optional.of("test"))));
    }

    @Test
    void removedMailbox_isForgottenAndBeginsAnewWhenItComesBack() {
        pipeline.sightings.found(0, ACME.key(), 3);
        pipeline.sightings.found(0, OTHER.key(), 4);
        pipeline.directory.put(ACME.asRemoved());
        pipeline.sightings.listed(0, OTHER.key(), AT);
        assertEquals(List.of(new MailboxView("umbrella", "help", null, AT.toString(), 4)), pipeline.sightings.all());
        assertTrue(counter(ACME).isEmpty());

        pipeline.sightings.found(0, ACME.key(), 1);
        assertTrue(counter(ACME).isEmpty(), "one that is removed is not taken up again");
        pipeline.directory.put(ACME);
        pipeline.sightings.found(0, ACME.key(), 1);
        assertEquals(1, counter(ACME).orElseThrow().count());
    }

    @Test
    void partitionThatLeaves_takesItsMailboxesWithIt() {
        pipeline.announce(job(ACME, 7), new RecordHeaders(), AT);
        pipeline.sightings.found(1, OTHER.key(), 2);
        pipeline.closeTask();
        assertEquals(List.of(new MailboxView("umbrella", "help", null, null, 2)), pipeline.sightings.all());
        assertTrue(counter(ACME).isEmpty());
    }

    @Test
    void manyAtOnce_loseNothing() throws Exception {
        List<Mailbox> mailboxes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            mailboxes.add(mailbox("acme", "m" + i));
        }
        mailboxes.forEach(pipeline.directory::put);
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?> reader = threads.submit(() -> {
                while (!over.get()) {
                    pipeline.sightings.all();
                }
            });
            Future<?> mover = threads.submit(() -> {
                while (!over.get()) {
                    pipeline.sightings.found(99, OTHER.key(), 1);
                    pipeline.sightings.leave(99);
                }
            });
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < mailboxes.size(); i++) {
                int partition = i;
                MailboxKey mailbox = mailboxes.get(i).key();
                writers.add(threads.submit(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        pipeline.sightings.found(partition, mailbox, 1);
                        pipeline.sightings.notified(partition, mailbox, AT.plusMillis(n));
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            over.set(true);
            reader.get();
            mover.get();
        }
        assertTrue(counter(OTHER).isEmpty());
        for (Mailbox mailbox : mailboxes) {
            assertEquals(20_000, counter(mailbox).orElseThrow().count());
        }
        assertEquals(
                8,
                pipeline.sightings.all().stream()
                        .filter(seen -> seen.foundByListing() == 20_000
                                && seen.lastNotificationAt()
                                        .equals(AT.plusMillis(19_999).toString()))
                        .count());
    }

    private MailboxView only() {
        assertEquals(1, pipeline.sightings.all().size());
        return pipeline.sightings.all().getFirst();
    }

    private Optional<FunctionCounter> counter(Mailbox mailbox) {
        Collection<FunctionCounter> counters = pipeline.meters
                .find("waybill.jobs.found.by.listing")
                .tags("tenant", mailbox.tenantId(), "mailbox", mailbox.mailboxId())
                .functionCounters();
        assertTrue(counters.size() <= 1);
        return counters.stream().findFirst();
    }

    private static List<MessagePointer> uids(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .<MessagePointer>mapToObj(uid -> ImapPointer.of("INBOX", 1, uid))
                .toList();
    }
}
