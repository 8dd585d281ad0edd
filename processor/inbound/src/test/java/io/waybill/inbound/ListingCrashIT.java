package io.waybill.inbound;

import static io.waybill.inbound.crash.CrashPointSource.CALL_FETCH;
import static io.waybill.inbound.crash.CrashPointSource.CALL_LIST;
import static io.waybill.inbound.crash.CrashPoints.CALL_HANDLER;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Secrets;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import io.waybill.inbound.crash.CrashPointClients;
import io.waybill.inbound.crash.CrashPointSource;
import io.waybill.inbound.crash.CrashPoints;
import io.waybill.inbound.crash.CrashPoints.Crash;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.JobRunner;
import io.waybill.inbound.execute.Permits;
import io.waybill.inbound.handle.Handlers;
import io.waybill.inbound.mime.MailParser;
import io.waybill.inbound.topology.Alerts;
import io.waybill.inbound.topology.Lives;
import io.waybill.inbound.topology.MailboxSightings;
import io.waybill.inbound.topology.PointerJobTopology;
import io.waybill.inbound.topology.ProbePolicy;
import io.waybill.inbound.topology.RetryPolicy;
import io.waybill.inbound.topology.StageContext;
import io.waybill.inbound.topology.Stopping;
import io.waybill.inbound.topology.Stores;
import io.waybill.sandbox.KafkaFixture;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailFaults;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailSettings;
import io.waybill.sandbox.oauth.ServiceAccountFile;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.MailSource;
import io.waybill.sources.MailSources;
import io.waybill.sources.gmail.GmailEndpoints;
import io.waybill.sources.gmail.GmailMailSource;
import io.waybill.sources.gmail.GmailQuota;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process dies at each step of a listing. A push has two mails found, on a page each; what is done for them is watched once, and then
 * done again for each place where the process could have died, with a death there. The next process has the same disk.
 *
 * <p>The build takes the steps of the listing itself; those of the mails that it found too with {@code -Dwaybill.crashes=all}.
 */
class ListingCrashIT {
    private static final boolean ALL = "all".equals(System.getProperty("waybill.crashes"));
    private static final String USER = "support@acme.example";
    private static final String ACCOUNT = "waybill@acme-mail.iam.gserviceaccount.com";
    private static final int PLENTY = 100_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Mailbox MAILBOX = new Mailbox(
            "acme",
            "support",
            USER,
            "inc-1",
            null,
            "k-support",
            Instant.EPOCH,
            List.of("ledger"),
            null,
            new GoogleAccount(new CredentialReference("file:acme-gmail.json"), USER, null),
            false);

    private static final String LISTINGS = Stores.JOBS + " (listing)";

    @TempDir
    Path directory;

    /** What the handler did, by job. */
    private final Map<String, String> ledger = new ConcurrentHashMap<>();

    private final Map<JobId, Integer> outcomes = new HashMap<>();
    private final AtomicInteger lives = new AtomicInteger();
    private final List<PointerJob> mails = new ArrayList<>();
    private KafkaFixture kafka;
    private KafkaProducer<byte[], byte[]> producer;
    private KafkaConsumer<byte[], byte[]> consumer;
    private TokenServer tokens;
    private GmailServer gmail;
    private GmailMailSource source;
    private volatile Bytes listing;

    @BeforeEach
    void start() throws Exception {
        kafka = KafkaFixture.startPrivate();
        Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            TopicAdmin.create(admin, 1, 1);
        }
        producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partition = List.of(new TopicPartition(Topics.OUTCOMES.name(), 0));
        consumer.assign(partition);
        consumer.seekToBeginning(partition);
        tokens = TokenServer.start();
        ServiceAccountFile account =
                ServiceAccountFile.readOrMake(directory.resolve("acme-gmail.json"), ACCOUNT, tokens.url());
        tokens.addServiceAccount(account.email(), account.key());
        gmail = GmailServer.start(
                0,
                tokens::grantOf,
                GmailSettings.defaults()
                        .with(GmailSettings.Quota.defaults().allowing(PLENTY, PLENTY, Duration.ofMinutes(1))));
        gmail.addUser(USER);
        // Each mail is a page.
        gmail.faults(GmailFaults.builder().historyPageMax(1).build());
        source = new GmailMailSource(
                new GmailEndpoints(Optional.of(gmail.url().resolve("gmail/v1/"))),
                new GmailQuota(PLENTY, PLENTY, GmailQuota.Costs.DEFAULTS),
                new AccessTokens(
                        new Secrets(Map.of(), directory),
                        TokenEndpoints.of(Optional.empty(), Optional.of(tokens.url())),
                        Clock.systemUTC()),
                new ByteBudget(16 << 20, 64 << 20),
                directory.resolve("spool"),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        source.close();
        gmail.close();
        tokens.close();
        consumer.close();
        producer.close(Duration.ofSeconds(1));
        kafka.close();
    }

    @Test
    @DisplayName("T19 A16 a process that dies at any step between listing, sending and committing loses and doubles"
            + " nothing")
    void deathAtEachStepOfAListing_losesAndDoublesNothing() throws Exception {
        Life life = new Life();
        List<Crash> crashes;
        try {
            // The first listing has no cursor; from the second on, of a mailbox that is busy, each push reads what is
            // new.
            push(0);
            push(2);
            push(2);
            awaitHandled();
            life.points.watch();
            push(2);
            awaitHandled();
            crashes = life.points.seen();
            assertSeen(crashes);
            for (Crash crash :
                    crashes.stream().filter(each -> ALL || isOfListing(each)).toList()) {
                life.points.watch(crash);
                push(2);
                CrashPoints dying = life.points;
                await("death " + crash).atMost(PATIENCE).until(dying::isDead);
                life = life.die();
                awaitHandled();
                // The cursor is where it must be: the next listing finds what came since.
                push(1);
                awaitHandled();
            }
        } finally {
            life.close();
        }
        assertEquals(
                ids(),
                ledger.keySet().stream().map(JobId::new).collect(Collectors.toSet()),
                "messages that the handler did something for");
        assertEquals(mails.size(), new HashSet<>(ledger.values()).size(), "each another one");
        assertEquals(0, gmail.refused(404) + gmail.refused(429) + gmail.refused(403));
        System.out.printf(
                "%d places to die at in a listing of 2 mails on 2 pages, %d deaths, %d mails: %d outcomes; 0 lost,"
                        + " 0 doubled; %d calls for pages, %d for messages%n",
                crashes.size(),
                lives.get() - 1,
                mails.size(),
                outcomes.size(),
                gmail.calls(GmailCall.LIST_HISTORY),
                gmail.calls(GmailCall.GET_MESSAGE));
    }

    /** What must be among the steps at least, lest nothing be watched. */
    private static void assertSeen(List<Crash> crashes) {
        Set<String> seen = crashes.stream().map(each -> each.step().toString()).collect(Collectors.toSet());
        Set<String> least = new TreeSet<>(Set.of(
                CALL_LIST + " #1",
                CALL_LIST + " #2",
                Topics.POINTERS.name() + " #1",
                Topics.POINTERS.name() + " #2",
                LISTINGS + " put #1",
                LISTINGS + " put #2",
                LISTINGS + " delete #1",
                Stores.CURSORS + " put #1",
                CALL_FETCH + " #2",
                CALL_HANDLER + " #2",
                Stores.SETTLED + " put #2",
                Topics.OUTCOMES.name() + " #2"));
        least.removeAll(seen);
        assertTrue(least.isEmpty(), () -> "not seen: " + least + "; seen: " + crashes);
    }

    /** Whatever is not known to be of a mail that was found. */
    private static boolean isOfListing(Crash crash) {
        String what = crash.step().what();
        return !what.startsWith(CALL_FETCH)
                && !what.startsWith(CALL_HANDLER)
                && !what.startsWith(Stores.SETTLED)
                && !what.startsWith(Stores.JOBS + " (message)")
                && !what.startsWith(Topics.OUTCOMES.name());
    }

    /** So many mails arrive, and are announced together. */
    private void push(int arriving) throws Exception {
        for (int i = 0; i < arriving; i++) {
            String mail = "From: a@example.org\r\nSubject: mail " + mails.size() + "\r\n\r\ntext\r\n";
            String id = gmail.deliver(USER, mail.getBytes(StandardCharsets.US_ASCII));
            mails.add(job(new GooglePointer(id)));
        }
        PointerJob changes = job(new ChangesPointer(ChangesPointer.Reason.PUSH, null, gmail.historyId(USER)));
        producer.send(new ProducerRecord<>(
                        Topics.POINTERS.name(), MAILBOX.key().bytes(), PointerJobCodec.encode(changes)))
                .get();
    }

    private static PointerJob job(Pointer pointer) {
        return PointerJob.of(MAILBOX, pointer, Instant.now());
    }

    /** All that came so far, each once. */
    private void awaitHandled() {
        await("outcomes of " + mails.size() + " mails")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    for (var record : consumer.poll(Duration.ofMillis(100))) {
                        JobOutcome outcome = JobOutcome.parse(record.value());
                        assertEquals(JobOutcome.Result.HANDLED, outcome.result(), outcome.toString());
                        outcomes.merge(outcome.jobId(), 1, Integer::sum);
                    }
                    return outcomes.keySet().containsAll(ids());
                });
        assertEquals(ids(), outcomes.keySet());
        assertTrue(outcomes.values().stream().allMatch(count -> count == 1), "doubled");
    }

    private Set<JobId> ids() {
        return mails.stream().map(PointerJob::jobId).collect(Collectors.toSet());
    }

    /** A process, as far as the pipeline goes, from its start to its end. */
    private final class Life implements AutoCloseable {
        final CrashPoints points = new CrashPoints();
        private final String name = "life-" + lives.incrementAndGet();
        private final Handlers handlers =
                Handlers.start(List.of(points.around(new Ledger())), Optional.empty(), _ -> _ -> Optional.empty());
        private final Dispatcher dispatcher;
        private final KafkaStreams streams;

        Life() {
            InMemoryMailboxDirectory mailboxes = new InMemoryMailboxDirectory(MAILBOX);
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            MailSource gmailOnly = new CrashPointSource(points, source);
            dispatcher = new Dispatcher(
                    Permits.DEFAULTS,
                    new JobRunner(
                            mailboxes,
                            new MailSources(gmailOnly, gmailOnly, gmailOnly),
                            new MailParser(),
                            handlers,
                            Permits.DEFAULTS.deadline(),
                            Clock.systemUTC(),
                            meters),
                    Clock.systemUTC());
            StreamsBuilder builder = new StreamsBuilder();
            PointerJobTopology.build(
                    builder,
                    new StageContext(
                            "test",
                            name,
                            mailboxes,
                            dispatcher,
                            RetryPolicy.DEFAULTS,
                            ProbePolicy.DEFAULTS,
                            StageContext.SETTLED_HORIZON,
                            CommitCountingClients::commitsOfThisThread,
                            Lives.known(name::equals),
                            new Stopping(),
                            new Alerts(),
                            new MailboxSightings(mailboxes, meters),
                            meters,
                            new Random(1)));
            Properties config = new Properties();
            config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
            config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
            // The next process is taken for the one that died, whose place nobody else has to wait for.
            config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), "the-one");
            StreamsSettings.apply(config, directory.resolve("state"), name);
            streams =
                    new KafkaStreams(builder.build(), config, new CrashPointClients(points, ListingCrashIT.this::what));
            streams.setUncaughtExceptionHandler(_ -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
            streams.start();
        }

        /** The next one. */
        Life die() {
            await("end of " + name).atMost(PATIENCE).until(() -> streams.state() == KafkaStreams.State.ERROR);
            close();
            return new Life();
        }

        @Override
        public void close() {
            streams.close(Duration.ofSeconds(10));
            dispatcher.close();
            handlers.close();
        }
    }

    /** Writes down what was handled, as a sink with a unique key has it. */
    private final class Ledger implements MailHandler {
        @Override
        public String name() {
            return "ledger";
        }

        @Override
        public HandlerResult handle(InboundMail mail, HandlerContext context) {
            ledger.put(context.jobId(), mail.subject());
            return HandlerResult.done("noted", context.jobId().substring(0, 8));
        }
    }

    /** The topic or the store that the record is for, and what it does there; a row of the listing is told from those of messages. */
    private String what(ProducerRecord<byte[], byte[]> record) {
        String what = CrashPointClients.name(record);
        if (!what.startsWith(Stores.JOBS + " ")) {
            return what;
        }
        Bytes key = Bytes.wrap(record.key());
        if (listing == null && record.key().length == JobId.random().bytes().length) {
            // Before anything was found, there is no other row.
            listing = key;
        }
        return Stores.JOBS + (key.equals(listing) ? " (listing)" : " (message)") + what.substring(Stores.JOBS.length());
    }
}
