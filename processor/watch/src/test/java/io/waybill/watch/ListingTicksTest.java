package io.waybill.watch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerProducer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ListingTicksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Mailbox LISTED = mailbox(
            "listed",
            new MicrosoftAccount(
                    "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f",
                    "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
                    new MicrosoftAccount.SharedApp(),
                    "support@acme.example",
                    null,
                    null));
    private static final Mailbox LISTENED = mailbox(
            "listened",
            new ImapAccount(
                    "mail.example",
                    993,
                    ImapAccount.Tls.TLS,
                    "support",
                    new CredentialReference("file:password"),
                    null,
                    null));

    private final InMemoryMailboxDirectory directory = new InMemoryMailboxDirectory(LISTED, LISTENED);
    private final List<PointerJob> sent = new CopyOnWriteArrayList<>();
    private volatile boolean brokersAway;
    private final AtomicReference<Error> fault = new AtomicReference<>();
    private final ListingTicks ticks =
            ListingTicks.start(directory, new PointerProducer(this::send, "watch"), settings(), Clock.systemUTC());

    @AfterEach
    void stop() {
        ticks.close();
    }

    @Test
    void keep_mailboxThatNobodyListensTo_isListedAtOnceAndAgain() {
        ticks.keep(List.of(LISTED, LISTENED), _ -> false);
        await().atMost(PATIENCE).until(() -> sent.size() >= 3);
        assertTrue(sent.stream().allMatch(job -> job.mailbox().equals(LISTED.key())), "an IMAP mailbox has a listener");
        ChangesPointer pointer = (ChangesPointer) sent.getFirst().pointer();
        assertEquals(new ChangesPointer(ChangesPointer.Reason.CONNECTED, null, null), pointer);
    }

    @Test
    void keep_pausedOrGivenAway_isNotListed() {
        directory.pause(LISTED.key());
        ticks.keep(List.of(LISTED), _ -> false);
        Mailbox other = mailbox("other", LISTED.source());
        ticks.keep(List.of(LISTED, other), _ -> false);
        await().atMost(PATIENCE).until(() -> count(other.key()) >= 2);
        assertEquals(0, count(LISTED.key()));

        directory.resume(LISTED.key());
        await().atMost(PATIENCE).until(() -> count(LISTED.key()) > 0);
        ticks.keep(List.of(LISTED), _ -> false);
        long before = count(other.key());
        long listed = count(LISTED.key());
        await().atMost(PATIENCE).until(() -> count(LISTED.key()) > listed + 1);
        assertTrue(count(other.key()) <= before + 1, "one may have been on its way");
    }

    @Test
    void brokersAway_ticksAreRepeated() {
        brokersAway = true;
        ticks.keep(List.of(LISTED), _ -> false);
        await().during(Duration.ofMillis(500)).atMost(PATIENCE).until(sent::isEmpty);
        brokersAway = false;
        await().atMost(PATIENCE).until(() -> !sent.isEmpty());
    }

    @Test
    @DisplayName("a fault of ours does not end the ticks")
    void faultOfOurs_ticksGoOn() {
        fault.set(new StackOverflowError("a fault"));
        ticks.keep(List.of(LISTED), _ -> false);
        await().atMost(PATIENCE).until(() -> fault.get() == null && !sent.isEmpty());
    }

    private long count(MailboxKey mailbox) {
        return sent.stream().filter(job -> job.mailbox().equals(mailbox)).count();
    }

    private CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        if (brokersAway) {
            return CompletableFuture.failedFuture(new KafkaException("away"));
        }
        Error met = fault.getAndSet(null);
        if (met != null) {
            throw met;
        }
        switch (PointerJobCodec.decode(record.key(), record.value())) {
            case PointerJobCodec.Decoded.Job(var job) -> sent.add(job);
            case PointerJobCodec.Decoded.Rejected rejected -> throw new AssertionError(rejected.toString());
        }
        return CompletableFuture.completedFuture(
                new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0));
    }

    private static WatchSettings settings() {
        WatchSettings fast = WatchWorld.FAST;
        return new WatchSettings(
                fast.tick(),
                Duration.ofMillis(300),
                fast.watchdog(),
                fast.poll(),
                fast.connectTimeout(),
                fast.readTimeout(),
                fast.firstRetry(),
                fast.longestRetry(),
                fast.refusedRetry(),
                fast.refusedPush(),
                fast.healthyAfter(),
                fast.quiet());
    }

    private static Mailbox mailbox(String name, MailboxSource source) {
        return new Mailbox(
                "acme",
                name,
                name + "@acme.example",
                "inc-1",
                null,
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                source,
                false);
    }
}
