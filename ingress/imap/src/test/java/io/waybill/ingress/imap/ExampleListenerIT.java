package io.waybill.ingress.imap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PointerJobCodec.Decoded;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.ingress.endpoint.FakeSender;
import io.waybill.sandbox.KafkaFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The example of deploy/docs/listeners.md, run as its reader runs it, against the application on a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExampleListenerIT {
    private static final Path EXAMPLE =
            Path.of("../../deploy/docs/Listener.java").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Mailbox mailbox = Ingress.mailbox("acme", "support", "file:support.callback");

    @TempDir
    static Path folder;

    private KafkaFixture kafka;
    private Ingress ingress;
    private Listener health;

    @BeforeAll
    void start() throws Exception {
        kafka = KafkaFixture.startPrivate();
        try (Admin admin = Admin.create(client())) {
            TopicAdmin.create(admin, 4, 1);
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            Topics.MAILBOXES.name(), mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox)))
                    .get();
        }
        // As listeners.md says to make one.
        Ingress.write(folder, "support.callback", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
        Ingress.write(folder, "wrong", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        ingress = Ingress.onKafka(folder, kafka.bootstrapServers());
        health = ingress.listener();
        await().atMost(LIMIT).until(() -> health.get("/health/readiness").statusCode() == 200);
    }

    @AfterAll
    void stop() {
        ingress.close();
        kafka.close();
    }

    @Test
    void uids_becomePointers() throws Exception {
        Ran ran = run("support.callback", "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[7,8]}");

        assertEquals(0, ran.code(), ran.told());
        assertEquals("202 {\"accepted\":2}", ran.told().strip());
        assertTrue(pointers().containsAll(List.of(ImapPointer.of("INBOX", 17, 7), ImapPointer.of("INBOX", 17, 8))));
    }

    @Test
    void changes_becomeAListing_ofAFolderWithAnyName() throws Exception {
        Ran ran = run("support.callback", "{\"folder\":\"Vorg\\u00e4nge\",\"changes\":true}");

        assertEquals(0, ran.code(), ran.told());
        assertTrue(pointers().stream()
                .anyMatch(pointer -> pointer instanceof ChangesPointer changes && "Vorgänge".equals(changes.folder())));
    }

    @Test
    void wrongSecret_isRefused_andNothingIsEnqueued() throws Exception {
        Ran ran = run("wrong", "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[99]}");

        assertEquals(1, ran.code(), ran.told());
        assertTrue(ran.told().startsWith("401 "), ran.told());
        assertFalse(pointers().contains(ImapPointer.of("INBOX", 17, 99)));
    }

    @Test
    void notAcknowledged_isRepeatedAsRetryAfterSays() throws Exception {
        try (Ingress withheld = Ingress.inMemory(folder, Map.of())) {
            FakeSender brokers = withheld.bean(FakeSender.class);
            withheld.bean(InMemoryMailboxDirectory.class).put(mailbox);
            brokers.answer(number -> number == 0
                    ? CompletableFuture.failedFuture(new IOException("no broker"))
                    : FakeSender.acknowledged());

            Ran ran = run(withheld, "support.callback", "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[7]}");

            assertEquals(0, ran.code(), ran.told());
            assertEquals(
                    List.of("503", "202"),
                    ran.told().lines().map(line -> line.substring(0, 3)).toList());
            assertEquals(2, brokers.count());
        }
    }

    private record Ran(int code, String told) {}

    private Ran run(String secret, String body) throws Exception {
        return run(ingress, secret, body);
    }

    private Ran run(Ingress server, String secret, String body) throws Exception {
        Path told = Files.createTempFile(folder, "told-", ".txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        EXAMPLE.toString(),
                        "http://127.0.0.1:" + server.port() + "/imap/notifications?k=" + mailbox.k(),
                        folder.resolve(secret).toString(),
                        body)
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the listener did not end: " + Files.readString(told));
        }
        return new Ran(process.exitValue(), Files.readString(told, StandardCharsets.UTF_8));
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    /** All that is on mail.pointers now. */
    private List<Pointer> pointers() {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.POINTERS.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<Pointer> pointers = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (PointerJobCodec.decode(record.key(), record.value()) instanceof Decoded.Job(PointerJob job)) {
                        pointers.add(job.pointer());
                    }
                });
            }
            return pointers;
        }
    }
}
