package io.waybill.inbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.DirectoryTree;
import io.waybill.sandbox.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker whose coordinator has forgotten a transaction: nobody who reads what is committed gets beyond it. */
class HangingTransactionsIT {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.POINTERS.name(), 0);
    private static final Duration PATIENCE = HangingTransactions.PATIENCE;

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private long nanos;

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private HangingTransactions transactions;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        try (Admin admin = admin()) {
            TopicAdmin.create(admin, 1, 1);
        }
        transactions =
                new HangingTransactions(Map.of("bootstrap.servers", broker.bootstrapServers()), () -> nanos, meters);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void look_aTransactionThatNoCoordinatorKnows_isEndedAfterAWhile() throws Exception {
        KafkaProducer<byte[], byte[]> lost = producer("lost");
        write(lost);
        lost.close(Duration.ZERO);
        broker.stop();
        forgetAllTransactions();
        broker.startAgain();
        try (KafkaProducer<byte[], byte[]> other = producer("other")) {
            write(other);
            other.commitTransaction();
        }
        assertEquals(0, readableUpTo());

        assertEquals(0, transactions.look());
        nanos += PATIENCE.toNanos() - 1;
        assertEquals(0, transactions.look());
        assertEquals(0, readableUpTo());

        nanos++;
        assertEquals(1, transactions.look());
        assertTrue(readableUpTo() > 2, "both records, and the ends of both");
        assertEquals(1, meters.counter("waybill.transactions.hanging").count());
        assertEquals(0, transactions.look());
    }

    @Test
    void look_aTransactionThatIsUnderWay_isLeftAlone() throws Exception {
        try (KafkaProducer<byte[], byte[]> slow = producer("slow")) {
            write(slow);
            assertEquals(0, transactions.look());
            nanos += 2 * PATIENCE.toNanos();
            assertEquals(0, transactions.look());

            slow.commitTransaction();
        }
        assertEquals(2, readableUpTo());
        assertEquals(0, meters.counter("waybill.transactions.hanging").count());
    }

    /** One record, in a transaction that stays open. */
    private static void write(KafkaProducer<byte[], byte[]> producer) throws ExecutionException, InterruptedException {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), new byte[1], new byte[1]))
                .get();
    }

    private KafkaProducer<byte[], byte[]> producer(String id) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private long readableUpTo() throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            return admin.listOffsets(
                            Map.of(PARTITION, OffsetSpec.latest()),
                            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .partitionResult(PARTITION)
                    .get()
                    .offset();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    private void forgetAllTransactions() throws IOException {
        try (DirectoryStream<Path> logs =
                Files.newDirectoryStream(directory.resolve("kafka"), "__transaction_state-*")) {
            for (Path log : logs) {
                DirectoryTree.delete(log);
            }
        }
    }
}
