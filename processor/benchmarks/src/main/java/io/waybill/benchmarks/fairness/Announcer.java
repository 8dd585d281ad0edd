package io.waybill.benchmarks.fairness;

import io.waybill.benchmarks.OutcomeTimes;
import io.waybill.benchmarks.Pace;
import io.waybill.benchmarks.PointerProducers;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Puts pointers of new messages on the topic, with the settings of an ingress. */
final class Announcer implements AutoCloseable {
    private static final int LINGER_MS = 2;

    private final OutcomeTimes outcomes;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong others = new AtomicLong();
    /** The quiet mailboxes have one of their own: each ingress request has its own place in line, too. */
    private final KafkaProducer<byte[], byte[]> ofQuiet;

    private final KafkaProducer<byte[], byte[]> ofOthers;
    private volatile Exception failure;

    Announcer(String servers, OutcomeTimes outcomes) {
        this.outcomes = outcomes;
        this.ofQuiet = PointerProducers.producer(servers, LINGER_MS);
        this.ofOthers = PointerProducers.producer(servers, LINGER_MS);
    }

    /** Callbacks at a fixed rate, each at its time whatever became of those before; returns at the end of the time. */
    void announce(Role role, double perSecond, Duration time) {
        List<Mailbox> mailboxes = role.mailboxes();
        Pace pace = Pace.of(perSecond);
        long count = (long) (perSecond * time.toMillis() / 1000);
        for (int i = 0; i < count && failure == null; i++) {
            long due = pace.due(i);
            Pace.await(due);
            PointerJob job = job(mailboxes.get(i % mailboxes.size()));
            if (role == Role.QUIET) {
                outcomes.expect(job.jobId(), due);
                send(ofQuiet, job);
            } else {
                others.incrementAndGet();
                send(ofOthers, job);
            }
        }
    }

    /** So many, at once; returns when all are durable. */
    void flood(Role role, int count) {
        List<Mailbox> mailboxes = role.mailboxes();
        for (int i = 0; i < count; i++) {
            others.incrementAndGet();
            send(ofOthers, job(mailboxes.get(i % mailboxes.size())));
        }
        ofOthers.flush();
    }

    private PointerJob job(Mailbox mailbox) {
        return PointerJob.of(mailbox, ImapPointer.of("INBOX", 1, messages.incrementAndGet()), Instant.now());
    }

    private void send(KafkaProducer<byte[], byte[]> producer, PointerJob job) {
        var record = new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
        var _ = producer.send(record, (_, refused) -> {
            if (refused != null) {
                failure = refused;
            }
        });
    }

    /** Jobs of mailboxes that are not quiet, since the start. */
    long others() {
        return others.get();
    }

    void requireWell() {
        if (failure != null) {
            throw new IllegalStateException("a pointer could not be announced", failure);
        }
    }

    @Override
    public void close() {
        ofQuiet.close(Duration.ofSeconds(5));
        ofOthers.close(Duration.ofSeconds(5));
    }
}
