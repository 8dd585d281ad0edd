package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.cli.Surroundings;
import io.waybill.cli.Waybill;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.sandbox.EmbeddedBroker;
import io.waybill.sandbox.EmbeddedDatabase;
import io.waybill.sandbox.EmbeddedMailServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.awaitility.Awaitility;

/** A broker, a database and a mail server, all real, and the ways a test uses them. */
final class Ground implements AutoCloseable, Promise.Evidence {
    private static final String PASSWORD = "open sesame";
    private static final Path REHEARSAL = Path.of("../sandbox/target/waybill-sandbox-0.1.0-SNAPSHOT.jar");
    private static final String TIMES_FILED = """
        select count(*)
          from processed_message done
          join comment its on (its.tenant, its.mailbox, its.id) = (done.tenant, done.mailbox, done.comment_id)
          join comment each on (each.tenant, each.mailbox, each.message_key) = (its.tenant, its.mailbox, its.message_key)
         where done.job_id = ?\
        """;

    private static final int VALID_WITHIN_SECONDS = 5;
    private static final Duration LISTED_WITHIN = Duration.ofSeconds(90);

    final String bootstrapServers;
    final EmbeddedDatabase database;
    final EmbeddedMailServer mail;
    final Path directory;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AutoCloseable broker;
    /** Guarded by this: all outcomes that were read, and who reads on from there. */
    private final List<JobOutcome> outcomes = new ArrayList<>();

    private KafkaConsumer<byte[], byte[]> outcomesReader;
    private Connection connection;

    Ground(Path directory) throws Exception {
        this(directory, EmbeddedBroker.start(directory.resolve("kafka"), 0));
    }

    private Ground(Path directory, EmbeddedBroker broker) throws Exception {
        this(directory, broker.bootstrapServers(), broker);
    }

    /** @param broker is there already, and closed with this */
    Ground(Path directory, String bootstrapServers, AutoCloseable broker) throws Exception {
        // Threads of the mail server throw where a client hangs up, which is what some tests make clients do.
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            TopicAdmin.create(admin, 6, 1);
        }
        database = EmbeddedDatabase.start(directory.resolve("database"), 0);
        mail = EmbeddedMailServer.start();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "max.block.ms", "60000"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        secret("password", PASSWORD);
        secret("database", database.password());
        secret("install.key", UUID.randomUUID() + "-" + UUID.randomUUID());
    }

    /** Puts it where the programs look. */
    void secret(String name, String secret) throws IOException {
        Files.writeString(Files.createDirectories(directory.resolve("secrets")).resolve(name), secret);
    }

    /** What programs need to know. */
    private Map<String, String> environment() {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers,
                "WAYBILL_STATE_DIR",
                directory.resolve("state").toString(),
                "WAYBILL_SECRETS_DIR",
                directory.resolve("secrets").toString(),
                "WAYBILL_RETRY_DELAY",
                "500ms",
                "WAYBILL_PARK_FIRST_PROBE",
                "1s",
                "WAYBILL_PARK_PROBE",
                "5s",
                "WAYBILL_HANDLERS_TICKETS_DATABASE_URL",
                database.jdbcUrl(),
                "WAYBILL_HANDLERS_TICKETS_DATABASE_USER",
                database.user(),
                "WAYBILL_HANDLERS_TICKETS_DATABASE_PASSWORD",
                "file:database");
    }

    /** A handlers folder with the rehearsal in it. */
    Path rehearsal() throws IOException {
        Path handlers = Files.createDirectory(directory.resolve("handlers"));
        Files.createSymbolicLink(handlers.resolve("rehearsal.jar"), REHEARSAL.toAbsolutePath());
        return handlers;
    }

    AppProcess processor(String name) {
        return processor(name, Map.of());
    }

    /** @param further what this one is told besides */
    AppProcess processor(String name, Map<String, String> further) {
        return app(AppProcess.App.PROCESSOR, name, further);
    }

    /** A program that is not started yet. */
    AppProcess app(AppProcess.App app, String name, Map<String, String> further) {
        Map<String, String> environment = new HashMap<>(environment());
        environment.putAll(further);
        return new AppProcess(app, environment, directory.resolve(name + ".log"));
    }

    /** Mailboxes of four tenants whose mails become tickets. */
    List<Mailbox> mailboxes(int count) {
        List<Mailbox> mailboxes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mailboxes.add(mailbox("tenant" + i % 4, "box" + i, "tickets"));
        }
        return mailboxes;
    }

    /** A mailbox on the mail server, made known. */
    Mailbox mailbox(String tenant, String name, String... handlers) {
        return mailbox(tenant, name, Instant.EPOCH, handlers);
    }

    /** The same, from a time on. */
    Mailbox mailbox(String tenant, String name, Instant since, String... handlers) {
        String address = address(tenant, name);
        mail.addUser(address, tenant + "." + name, PASSWORD);
        return apply(new Mailbox(
                tenant,
                name,
                address,
                "inc-1",
                List.of(),
                "k-" + tenant + "-" + name,
                since,
                List.of(handlers),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "127.0.0.1",
                        mail.imapPort(),
                        ImapAccount.Tls.NONE,
                        tenant + "." + name,
                        new CredentialReference("file:password"),
                        List.of("INBOX"),
                        null),
                false));
    }

    /** A mailbox that nobody here knows of yet, whose mails become tickets. */
    static Mailbox mailbox(String tenant, String name, Instant since, MailboxLimits limits, MailboxSource source) {
        return new Mailbox(
                tenant,
                name,
                address(tenant, name),
                "inc-1",
                List.of(),
                "k-" + tenant + "-" + name,
                since,
                List.of("tickets"),
                limits,
                source,
                false);
    }

    static String address(String tenant, String name) {
        return name + "@" + tenant + ".example.com";
    }

    /** Makes the mailbox known. */
    Mailbox apply(Mailbox mailbox) {
        send(Topics.MAILBOXES.name(), mailbox.key().bytes(), KafkaMailboxDirectory.encode(mailbox))
                .join();
        return mailbox;
    }

    /** Makes a push registration known. */
    void apply(PushRegistration registration) {
        send(
                        Topics.CONTROLS.name(),
                        registration.key().getBytes(StandardCharsets.UTF_8),
                        KafkaMailboxDirectory.encode(registration))
                .join();
    }

    /** Puts a mail into the mailbox and says where it is. */
    ImapPointer put(Mailbox mailbox, String id, String subject, String text) {
        return put(mailbox, eml(mailbox, id, subject, text));
    }

    ImapPointer put(Mailbox mailbox, byte[] eml) {
        return put(mailbox, eml, Instant.now());
    }

    /** One that came at another time. */
    ImapPointer put(Mailbox mailbox, byte[] eml, Instant received) {
        String login = ((ImapAccount) mailbox.source()).username();
        long uid = mail.append(login, eml, received);
        return ImapPointer.of("INBOX", mail.uidValidity(login), uid);
    }

    /** A mail to the mailbox, from a sender of its own. */
    static byte[] eml(Mailbox mailbox, String id, String subject, String text) {
        return ("Message-ID: <" + id + "@sender.example>\r\nFrom: \"" + subject + "\" <" + id
                        + "@sender.example>\r\nTo: " + mailbox.address() + "\r\nSubject: " + subject
                        + "\r\nDate: Sun, 22 Nov 2026 09:00:00 +0000\r\n\r\n" + text + "\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Accepts a pointer as an ingress does: durable when this returns. */
    PointerJob accept(Mailbox mailbox, Pointer pointer) {
        return offer(mailbox, pointer).join();
    }

    /** Sends a pointer on its way; it is accepted when the future completes. */
    CompletableFuture<PointerJob> offer(Mailbox mailbox, Pointer pointer) {
        PointerJob job = PointerJob.of(mailbox, pointer, Instant.now());
        return send(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job))
                .thenApply(_ -> job);
    }

    private CompletableFuture<Void> send(String topic, byte[] key, byte[] value) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        var _ = producer.send(new ProducerRecord<>(topic, key, value), (_, refused) -> {
            if (refused == null) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(refused);
            }
        });
        return sent;
    }

    /** All pointers that were ever accepted or found, those of a mailbox in their order. */
    List<PointerJob> pointers() {
        List<PointerJob> pointers = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(List.of(Topics.POINTERS.name()), "read_committed")) {
            if (PointerJobCodec.decode(record.key(), record.value()) instanceof PointerJobCodec.Decoded.Job decoded) {
                pointers.add(decoded.job());
            }
        }
        return pointers;
    }

    /** What is known of the subscriptions of mailboxes. */
    Map<MailboxKey, Subscription> subscriptions() {
        Map<MailboxKey, Subscription> subscriptions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(List.of(Topics.SUBSCRIPTIONS.name()), "read_committed")) {
            try {
                SubscriptionTable.decode(new String(record.key(), StandardCharsets.UTF_8), record.value())
                        .ifPresent(each -> subscriptions.put(each.key(), each));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return subscriptions;
    }

    /** Each is read once: who looks twice a second in a long run must not read all of them each time. */
    @Override
    public synchronized List<JobOutcome> outcomes() {
        if (outcomesReader == null) {
            outcomesReader = reader(List.of(Topics.OUTCOMES.name()), "read_committed");
        }
        readToTheEnd(outcomesReader, record -> {
            try {
                outcomes.add(JobOutcome.parse(record.value()));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        });
        return List.copyOf(outcomes);
    }

    /** The jobs that have an outcome. */
    Set<JobId> settled() {
        return outcomes().stream().map(JobOutcome::jobId).collect(Collectors.toSet());
    }

    /** The jobs that have ended for good, whether or not they have an outcome. */
    Set<JobId> ended() {
        return read(List.of("waybill-inbound-settled-changelog"), "read_committed").stream()
                .map(record -> JobId.of(record.key()))
                .collect(Collectors.toSet());
    }

    /** Those of the jobs whose pointers were accepted or found, by pointers of which that holds. */
    Set<JobId> broughtIn(Collection<PointerJob> jobs, Predicate<Pointer> how) {
        Set<JobId> wanted = ids(jobs);
        return pointers().stream()
                .filter(job -> wanted.contains(job.jobId()) && how.test(job.pointer()))
                .map(PointerJob::jobId)
                .collect(Collectors.toSet());
    }

    static Set<JobId> ids(Collection<PointerJob> jobs) {
        return jobs.stream().map(PointerJob::jobId).collect(Collectors.toSet());
    }

    /** Whether one of the pointers has the mailbox listed because of that subscription: whoever makes one has that done. */
    static boolean isListedSince(Subscription known, List<PointerJob> pointers) {
        return known != null
                && known.held() != null
                && pointers.stream()
                        .filter(job -> job.mailbox().equals(known.key())
                                && !job.enqueuedAt().isBefore(known.held().madeAt()))
                        .anyMatch(job -> job.pointer() instanceof ChangesPointer changes
                                && changes.reason() == ChangesPointer.Reason.CONNECTED);
    }

    /**
     * Waits until the processor has listed each mailbox since its subscription was made, and until no more of the calls are made that
     * list: the page may be one of many, or of a listing that had begun before.
     */
    void awaitListed(Collection<Mailbox> mailboxes, AppProcess processor, LongSupplier calls) {
        Map<MailboxKey, Subscription> known = subscriptions();
        await("listings of " + mailboxes.size() + " mailboxes")
                .atMost(LISTED_WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Map<MailboxKey, Instant> listed = processor.listed();
                    return mailboxes.stream()
                            .map(Mailbox::key)
                            .allMatch(mailbox -> listed.getOrDefault(mailbox, Instant.MIN)
                                    .isAfter(known.get(mailbox).held().madeAt()));
                });
        AtomicLong before = new AtomicLong(-1);
        await("the end of the listing")
                .atMost(LISTED_WITHIN)
                .during(Duration.ofSeconds(5))
                .until(() -> {
                    long now = calls.getAsLong();
                    return before.getAndSet(now) == now;
                });
    }

    /** How often each thing happened. */
    static <E extends Enum<E>> Map<E, Long> counts(Class<E> things, ToLongFunction<E> count) {
        Map<E, Long> counts = new EnumMap<>(things);
        for (E thing : things.getEnumConstants()) {
            counts.put(thing, count.applyAsLong(thing));
        }
        return counts;
    }

    /** How often each thing happened in between, without those that did not. */
    static <E extends Enum<E>> Map<E, Long> since(Map<E, Long> before, Map<E, Long> now) {
        Map<E, Long> since = new EnumMap<>(now);
        since.replaceAll((thing, count) -> count - before.get(thing));
        since.values().removeIf(count -> count == 0);
        return since;
    }

    /** As an operator types it; fails unless it succeeds. */
    void command(String... line) {
        List<String> arguments = new ArrayList<>(List.of(line));
        arguments.addAll(List.of("--bootstrap-servers", bootstrapServers));
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(told, true, StandardCharsets.UTF_8);
        int code = Waybill.execute(
                new Surroundings(Map.of(), directory, false, Clock.systemUTC()),
                out,
                out,
                arguments.toArray(String[]::new));
        assertEquals(0, code, told.toString(StandardCharsets.UTF_8));
    }

    /** Waits until each of these jobs has an outcome. */
    void awaitSettled(Collection<PointerJob> jobs, Duration patience) {
        await("outcomes of " + jobs.size() + " jobs")
                .atMost(patience)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> settled().containsAll(ids(jobs)));
    }

    /** How often a job failed and was to be tried again. */
    int retries() {
        return read(List.of(Topics.RETRY.name()), "read_committed").size();
    }

    @Override
    public int deadLetters() {
        Set<Bytes> open = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : read(List.of(Topics.DEAD_LETTERS.name()), "read_committed")) {
            Bytes key = Bytes.wrap(record.key());
            if (record.value() == null) {
                open.remove(key);
            } else {
                open.add(key);
            }
        }
        return open.size();
    }

    /** By what was written and not by the key that is to prevent it: how often the mailbox's tickets have the job's message. */
    @Override
    public int effects(PointerJob job) throws SQLException {
        return count(TIMES_FILED, job.jobId().value());
    }

    /** Tickets in all. */
    int tickets() throws SQLException {
        return count("select count(*) from ticket");
    }

    /** Tickets of a tenant. */
    int tickets(String tenant) throws SQLException {
        return count("select count(*) from ticket where tenant = ?", tenant);
    }

    /** The number that a query answers. */
    int count(String sql, String... arguments) throws SQLException {
        try (PreparedStatement query = database().prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                query.setString(i + 1, arguments[i]);
            }
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private Connection database() throws SQLException {
        if (connection == null || !connection.isValid(VALID_WITHIN_SECONDS)) {
            connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
        }
        return connection;
    }

    @Override
    public Iterable<String> everyRecord() {
        List<String> topics;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            topics = admin.listTopics().names().get().stream()
                    .filter(topic -> !topic.startsWith("__"))
                    .toList();
        } catch (Exception unreachable) {
            throw new IllegalStateException(unreachable);
        }
        return read(topics, "read_uncommitted").stream().map(Ground::text).toList();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        StringBuilder text = new StringBuilder(record.topic()).append('\n');
        append(text, record.key());
        append(text, record.value());
        for (Header header : record.headers()) {
            text.append(header.key()).append('=');
            append(text, header.value());
        }
        return text.toString();
    }

    private static void append(StringBuilder text, byte[] bytes) {
        text.append(bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1))
                .append('\n');
    }

    /** Everything that is in the topics now. */
    private List<ConsumerRecord<byte[], byte[]>> read(List<String> topics, String isolation) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = reader(topics, isolation)) {
            readToTheEnd(consumer, records::add);
        }
        return records;
    }

    /** At the beginning of the topics. */
    private KafkaConsumer<byte[], byte[]> reader(List<String> topics, String isolation) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** @param each gets a record when it is read: where a later one cannot be, it is not read again */
    private static void readToTheEnd(
            KafkaConsumer<byte[], byte[]> consumer, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(200)).forEach(each);
        }
    }

    @Override
    public void close() throws Exception {
        producer.close(Duration.ofSeconds(5));
        if (outcomesReader != null) {
            outcomesReader.close();
        }
        if (connection != null) {
            connection.close();
        }
        mail.close();
        database.close();
        broker.close();
    }
}
