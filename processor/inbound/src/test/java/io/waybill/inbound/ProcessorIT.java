package io.waybill.inbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.EmbeddedMailServer;
import io.waybill.sandbox.KafkaFixture;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The processor as it runs, on a real broker and a real mail server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "token-of-this-test";

    @TempDir
    static Path directory;

    private KafkaFixture kafka;
    private EmbeddedMailServer mail;
    private KafkaProducer<byte[], byte[]> producer;
    private Mailbox mailbox;
    private EmbeddedServer processor;

    @BeforeAll
    void start() throws Exception {
        // Threads of the mail server throw where a client hangs up, and no test beside this one may fail by that.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        kafka = KafkaFixture.startPrivate();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            TopicAdmin.create(admin, 4, 1);
        }
        mail = EmbeddedMailServer.start();
        mail.addUser("support@example.com", "support", "open sesame");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        Files.writeString(Files.createDirectories(directory.resolve("secrets")).resolve("support"), "open sesame\n");
        mailbox = new Mailbox(
                "acme",
                "support",
                "support@example.com",
                "inc-1",
                List.of("inc-0"),
                "k-1",
                Instant.now().minus(Duration.ofDays(1)),
                List.of("ledger"),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "127.0.0.1",
                        mail.imapPort(),
                        ImapAccount.Tls.NONE,
                        "support",
                        new CredentialReference("file:support"),
                        List.of("INBOX"),
                        null),
                false);
        send(Topics.MAILBOXES.name(), mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox));
        startProcessor();
    }

    @AfterAll
    void stop() {
        processor.close();
        producer.close();
        mail.close();
        kafka.close();
    }

    private void startProcessor() {
        processor = ApplicationContext.builder(Map.of(
                        "micronaut.server.port",
                        "-1",
                        "kafka.bootstrap.servers",
                        kafka.bootstrapServers(),
                        "waybill.state-dir",
                        directory.resolve("state").toString(),
                        "waybill.secrets-dir",
                        directory.resolve("secrets").toString(),
                        "waybill.internal-token",
                        TOKEN,
                        "waybill.retry.delay",
                        "200ms"))
                .singletons(new LedgerHandler())
                .run(EmbeddedServer.class);
        await().atMost(PATIENCE).until(() -> status("/health/readiness", null) == 200);
    }

    @Test
    @DisplayName("A09 (i) the processor claims the pointer, fetches the whole message, and only then calls the handler")
    void pointer_becomesAHandledMail() throws Exception {
        mail.deliver(eml("first", "Printer on fire", "It burns."), "user@example.org", "support@example.com");
        PointerJob job = announce(newest());
        JobOutcome outcome = outcomeOf(job);

        assertEquals(Result.HANDLED, outcome.result());
        assertEquals("noted", outcome.handlers().get("ledger").effect());
        LedgerHandler.Call call = callsFor(job).getFirst();
        assertEquals("Printer on fire", call.subject());
        assertEquals("It burns.", call.text().strip());
        assertFalse(mail.messages("support").getLast().seen(), "T26 \\\\Seen is untouched");
    }

    @Test
    @DisplayName("A19 (i) an expunged message ends in a skip, and the skip says how we know")
    void expungedMessage_isSkipped() {
        mail.deliver(eml("gone", "Never mind", "-"), "user@example.org", "support@example.com");
        ImapPointer pointer = newest();
        mail.expunge("support", pointer.uid());
        JobOutcome outcome = outcomeOf(announce(pointer));
        assertEquals(Result.SKIPPED, outcome.result());
        assertEquals("MESSAGE_GONE", outcome.code());
        assertFalse(outcome.detail().isBlank());
    }

    @Test
    void changes_areListedAndHandled() {
        mail.deliver(eml("unannounced", "Nobody told you", "-"), "user@example.org", "support@example.com");
        PointerJob missed = PointerJob.of(mailbox, newest(), Instant.now());
        announce(new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        assertEquals(Result.HANDLED, outcomeOf(missed).result());
    }

    @Test
    @DisplayName("a mail above the limit is dead-lettered; re-driven after the limit was raised, it is handled")
    void mailAboveTheLimit_isHandledOnceTheLimitIsRaised() {
        mail.deliver(eml("large", "Many words", "word ".repeat(400)), "user@example.org", "support@example.com");
        apply(new MailboxLimits(2, 1_500L));
        try {
            PointerJob job = announce(newest());
            JobOutcome refused = outcomeOf(job);
            assertEquals(Result.DEAD_LETTERED, refused.result());
            assertEquals("MESSAGE_TOO_LARGE", refused.code());

            apply(MailboxLimits.DEFAULTS);
            redrive(job);
            await().atMost(PATIENCE).until(() -> !callsFor(job).isEmpty());
            assertEquals("Many words", callsFor(job).getFirst().subject());
        } finally {
            apply(MailboxLimits.DEFAULTS);
        }
    }

    /** The mailbox with other limits, when the processor knows of them. */
    private void apply(MailboxLimits limits) {
        Mailbox changed = new Mailbox(
                mailbox.tenantId(),
                mailbox.mailboxId(),
                mailbox.address(),
                mailbox.incarnation(),
                mailbox.formerIncarnations(),
                mailbox.k(),
                mailbox.since(),
                mailbox.handlers(),
                limits,
                mailbox.source(),
                false);
        send(Topics.MAILBOXES.name(), changed.key().bytes(), KafkaMailboxDirectory.encode(changed));
        KafkaMailboxDirectory known = processor.getApplicationContext().getBean(KafkaMailboxDirectory.class);
        await().atMost(PATIENCE)
                .until(() -> known.find(mailbox.key()).orElseThrow().limits().equals(limits));
    }

    private void redrive(PointerJob job) {
        ProducerRecord<byte[], byte[]> again =
                new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
        JobHeaders.put(again.headers(), JobHeaders.GENERATION, 1);
        var _ = producer.send(again);
        producer.flush();
    }

    @Test
    void olderIncarnation_isSuperseded() {
        PointerJob job = PointerJob.of(mailbox.key(), "inc-0", ImapPointer.of("INBOX", 1, 1), Instant.now());
        send(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
        assertEquals("EPOCH_SUPERSEDED", outcomeOf(job).code());
    }

    @Test
    @DisplayName("A16 (i) a graceful restart goes on where it was; settled jobs stay settled")
    void restart_keepsWhatIsSettled() {
        mail.deliver(eml("once", "Only once", "-"), "user@example.org", "support@example.com");
        PointerJob job = announce(newest());
        outcomeOf(job);
        processor.close();
        startProcessor();
        send(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));

        mail.deliver(eml("after", "After the restart", "-"), "user@example.org", "support@example.com");
        PointerJob next = announce(newest());
        assertEquals(Result.HANDLED, outcomeOf(next).result());
        assertEquals(1, callsFor(job).size());
    }

    @Test
    void jobsEndpoint_wantsTheTokenAndKnowsTheJob() throws Exception {
        mail.deliver(eml("seen", "Where is it", "-"), "user@example.org", "support@example.com");
        PointerJob job = announce(newest());
        outcomeOf(job);
        String path = "/internal/jobs/" + job.jobId();
        assertEquals(401, status(path, null));
        assertEquals(401, status(path, "wrong"));
        assertEquals(404, status("/internal/jobs/" + io.waybill.contracts.JobId.random(), TOKEN));
        assertEquals(400, status("/internal/jobs/nonsense", TOKEN));
        await().atMost(PATIENCE).until(() -> status(path, TOKEN) == 200);
        assertTrue(get(path, TOKEN).body().contains("\"state\":\"settled\""));
    }

    @Test
    void handlersEndpoint_wantsTheTokenAndNamesThem() throws Exception {
        assertEquals(401, status("/internal/handlers", null));
        assertEquals(401, status("/internal/handlers", "wrong"));
        assertEquals(
                "[\"ledger\",\"tickets\"]", get("/internal/handlers", TOKEN).body());
    }

    @Test
    void mailboxesEndpoint_wantsTheTokenAndSaysWhatCameHow() throws Exception {
        mail.deliver(eml("announced", "By callback", "-"), "user@example.org", "support@example.com");
        Instant before = Instant.now().minusSeconds(1);
        PointerJob job = announce(newest());
        outcomeOf(job);
        mail.deliver(eml("found", "By listing", "-"), "user@example.org", "support@example.com");
        PointerJob missed = PointerJob.of(mailbox, newest(), Instant.now());
        announce(new ChangesPointer(ChangesPointer.Reason.TICK, "INBOX", null));
        outcomeOf(missed);

        assertEquals(401, status("/internal/mailboxes", null));
        assertEquals(401, status("/internal/mailboxes", "wrong"));
        await().atMost(PATIENCE).until(() -> !mailboxes().path("lastListingAt").isMissingNode());
        JsonNode seen = mailboxes();
        assertEquals("acme", seen.path("tenant").asText());
        assertEquals("support", seen.path("mailbox").asText());
        assertTrue(Instant.parse(seen.path("lastNotificationAt").asText()).isAfter(before), seen.toString());
        assertTrue(Instant.parse(seen.path("lastListingAt").asText()).isAfter(before), seen.toString());
        long found = seen.path("foundByListing").asLong();
        assertTrue(found > 0, seen.toString());
        String metrics = get("/prometheus", null).body();
        assertTrue(
                metrics.contains(
                        "waybill_jobs_found_by_listing_total{mailbox=\"support\",tenant=\"acme\"} " + found + ".0"),
                metrics);
    }

    private JsonNode mailboxes() throws Exception {
        return new ObjectMapper()
                .readTree(get("/internal/mailboxes", TOKEN).body())
                .path(0);
    }

    private PointerJob announce(Pointer pointer) {
        PointerJob job = PointerJob.of(mailbox, pointer, Instant.now());
        send(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
        return job;
    }

    private ImapPointer newest() {
        return ImapPointer.of(
                "INBOX",
                mail.uidValidity("support"),
                mail.messages("support").getLast().uid());
    }

    private static List<LedgerHandler.Call> callsFor(PointerJob job) {
        return LedgerHandler.CALLS.stream()
                .filter(call -> call.context().jobId().equals(job.jobId().value()))
                .toList();
    }

    private static byte[] eml(String id, String subject, String text) {
        return ("Message-ID: <" + id
                        + "@example.org>\r\nFrom: User <user@example.org>\r\nTo: support@example.com\r\nSubject: "
                        + subject + "\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n" + text + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void send(String topic, byte[] key, byte[] value) {
        var _ = producer.send(new ProducerRecord<>(topic, key, value));
        producer.flush();
    }

    private JobOutcome outcomeOf(PointerJob job) {
        List<JobOutcome> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.OUTCOMES.name()).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            await().atMost(PATIENCE).until(() -> {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    JobOutcome outcome = JobOutcome.parse(record.value());
                    if (outcome.jobId().equals(job.jobId())) {
                        found.add(outcome);
                    }
                }
                return !found.isEmpty();
            });
        }
        return found.getFirst();
    }

    private int status(String path, String token) throws Exception {
        return get(path, token).statusCode();
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(processor.getURL() + path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
