package io.waybill.inbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.inbound.topology.MailboxSightings;
import io.waybill.inbound.topology.MailboxView;
import io.waybill.sandbox.KafkaFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with the topics, as those around the processor see it: mailboxes and pointers go in, outcomes come out. */
final class PipelineTopics implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaFixture kafka = KafkaFixture.startPrivate();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<JobId, JobOutcome> outcomes = new HashMap<>();

    PipelineTopics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicAdmin.create(admin, 4, 1);
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.OUTCOMES.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** Puts the mailbox into the table and waits until the processor knows it so. */
    Mailbox apply(Mailbox mailbox, EmbeddedServer processor) {
        send(Topics.MAILBOXES.name(), mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox));
        KafkaMailboxDirectory directory = processor.getApplicationContext().getBean(KafkaMailboxDirectory.class);
        await().atMost(PATIENCE)
                .until(() ->
                        directory.find(mailbox.key()).filter(mailbox::equals).isPresent());
        return mailbox;
    }

    PointerJob announce(Mailbox mailbox, Pointer pointer) {
        return announce(mailbox, pointer, Instant.now());
    }

    /** As an ingress would have done at that time. */
    PointerJob announce(Mailbox mailbox, Pointer pointer, Instant enqueuedAt) {
        PointerJob job = PointerJob.of(mailbox, pointer, enqueuedAt);
        send(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
        return job;
    }

    /** Waits for it. */
    JobOutcome outcomeOf(PointerJob job) {
        await().atMost(PATIENCE).until(() -> {
            for (var record : consumer.poll(Duration.ofMillis(outcomes.containsKey(job.jobId()) ? 0 : 100))) {
                JobOutcome outcome = JobOutcome.parse(record.value());
                outcomes.put(outcome.jobId(), outcome);
            }
            return outcomes.containsKey(job.jobId());
        });
        return outcomes.get(job.jobId());
    }

    /** Waits until each message of the mailbox is handled. */
    void awaitHandled(Mailbox mailbox, Stream<? extends MessagePointer> messages) {
        messages.forEach(message -> assertEquals(
                JobOutcome.Result.HANDLED, outcomeOf(mailbox, message).result()));
    }

    /** Waits until each message of the mailbox has come to its end, with one attempt. */
    void assertTriedOnce(Mailbox mailbox, Stream<? extends MessagePointer> messages) {
        messages.forEach(message -> assertEquals(1, outcomeOf(mailbox, message).attemptsTotal()));
    }

    private JobOutcome outcomeOf(Mailbox mailbox, MessagePointer message) {
        return outcomeOf(PointerJob.of(mailbox, message, Instant.now()));
    }

    /** Waits until something is parked. */
    static void awaitParked(EmbeddedServer processor) {
        MeterRegistry meters = processor.getApplicationContext().getBean(MeterRegistry.class);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> meters.get("waybill.parked.causes").gauge().value() > 0);
    }

    /** Waits until the mailbox was listed. It was applied just now, so the processor may not know it yet. */
    static void awaitListed(EmbeddedServer processor, Mailbox mailbox) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> find(processor, mailbox)
                        .filter(view -> view.lastListingAt() != null)
                        .isPresent());
    }

    /** What the processor has seen of the mailbox, which it knows. */
    static MailboxView seen(EmbeddedServer processor, Mailbox mailbox) {
        return find(processor, mailbox).orElseThrow();
    }

    private static Optional<MailboxView> find(EmbeddedServer processor, Mailbox mailbox) {
        return processor.getApplicationContext().getBean(MailboxSightings.class).all().stream()
                .filter(view -> view.mailbox().equals(mailbox.mailboxId()))
                .findFirst();
    }

    private void send(String topic, byte[] key, byte[] value) {
        var _ = producer.send(new ProducerRecord<>(topic, key, value));
        producer.flush();
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
        kafka.close();
    }
}
