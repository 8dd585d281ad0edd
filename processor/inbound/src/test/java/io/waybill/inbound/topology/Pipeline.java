package io.waybill.inbound.topology;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topic;
import io.waybill.contracts.Topics;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The real page under a test driver, with the real dispatcher and a runner that does as it is told. Time is the test's. */
final class Pipeline implements AutoCloseable {
    static final Instant START = Instant.parse("2026-11-22T09:00:00Z");
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration CALM = Duration.ofMillis(500);

    final InMemoryMailboxDirectory directory = new InMemoryMailboxDirectory();
    final ScriptedRunner runner = new ScriptedRunner();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final AtomicLong commits = new AtomicLong();
    final Set<String> alive = new HashSet<>();
    /** Who is alive is known when it is completed. */
    CompletableFuture<Void> groupAnswers = CompletableFuture.completedFuture(null);

    final Stopping stopping = new Stopping();
    final MailboxSightings sightings = new MailboxSightings(directory, meters);
    final Dispatcher dispatcher;
    final StageContext shared;
    final TopologyTestDriver driver;
    final Map<Topic, List<TestRecord<byte[], byte[]>>> written = new HashMap<>();

    private final TestInputTopic<byte[], byte[]> pointers;
    private final TestInputTopic<byte[], byte[]> retries;
    private boolean commitsFlow = true;
    private boolean closed;

    Pipeline(Path state) {
        this(
                state,
                new RetryPolicy(4, Duration.ofSeconds(5), 3, Duration.ofMinutes(30), Duration.ofHours(72)),
                Permits.DEFAULTS);
    }

    Pipeline(Path state, RetryPolicy retryPolicy, Permits permits) {
        dispatcher = new Dispatcher(permits, runner, Clock.systemUTC(), CALM);
        shared = new StageContext(
                "test",
                "this-life",
                directory,
                dispatcher,
                retryPolicy,
                new ProbePolicy(Duration.ofSeconds(5), Duration.ofMinutes(2)),
                StageContext.SETTLED_HORIZON,
                commits::get,
                () -> groupAnswers.thenApply(_ -> alive::contains),
                stopping,
                new Alerts(),
                sightings,
                meters,
                new Random(7));
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(builder, shared);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "pipeline");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(builder.build(), config, START);
        pointers =
                driver.createInputTopic(Topics.POINTERS.name(), new ByteArraySerializer(), new ByteArraySerializer());
        retries = driver.createInputTopic(Topics.RETRY.name(), new ByteArraySerializer(), new ByteArraySerializer());
        Topics.ALL.forEach(topic -> written.put(topic, new ArrayList<>()));
    }

    static Mailbox mailbox(String tenant, String name) {
        return new Mailbox(
                tenant,
                name,
                name + "@example.com",
                "inc-1",
                List.of("inc-0"),
                "k-" + tenant + "-" + name,
                START,
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "127.0.0.1",
                        143,
                        ImapAccount.Tls.NONE,
                        name,
                        new CredentialReference("env:WAYBILL_SECRET_TEST"),
                        List.of("INBOX"),
                        null),
                false);
    }

    static PointerJob job(Mailbox mailbox, long uid) {
        return job(mailbox, ImapPointer.of("INBOX", 1, uid));
    }

    static PointerJob job(Mailbox mailbox, Pointer pointer) {
        return PointerJob.of(mailbox, pointer, START);
    }

    /** Commits stop to be seen until they flow again. */
    void holdCommits(boolean hold) {
        commitsFlow = !hold;
    }

    void announce(PointerJob job) {
        announce(job, new RecordHeaders());
    }

    void announce(PointerJob job, Headers headers) {
        raw(job.mailbox().bytes(), PointerJobCodec.encode(job), headers);
    }

    /** The broker took it at that time. */
    void announce(PointerJob job, Headers headers, Instant at) {
        pointers.pipeInput(new TestRecord<>(job.mailbox().bytes(), PointerJobCodec.encode(job), headers, at));
        collect();
    }

    void raw(byte[] key, byte[] value, Headers headers) {
        pointers.pipeInput(new TestRecord<>(key, value, headers));
        collect();
    }

    /** Lets a moment pass: one turn of the punctuator. */
    void step() {
        if (commitsFlow) {
            commits.incrementAndGet();
        }
        driver.advanceWallClockTime(STEP);
        collect();
    }

    /** Lets time pass. */
    void pass(Duration time) {
        driver.advanceWallClockTime(time);
        step();
        step();
    }

    /** Lets moments pass until the condition holds. */
    void until(Callable<Boolean> condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(2)).until(() -> {
            step();
            return condition.call();
        });
    }

    /** Lets moments pass until so many outcomes have been written. */
    List<JobOutcome> untilOutcomes(int count) {
        until(() -> outcomes().size() >= count);
        return outcomes();
    }

    /** Lets moments pass until so many outcomes have been written, and then some more. */
    void untilOutcomesStay(int count) {
        untilOutcomes(count);
        for (int i = 0; i < 50; i++) {
            step();
        }
    }

    List<JobOutcome> outcomes() {
        return written.get(Topics.OUTCOMES).stream()
                .map(record -> outcome(record.value()))
                .toList();
    }

    /** A retry record is read; those that the pipeline itself writes are read back by the driver. */
    void retryRecord(PointerJob job, Headers headers) {
        retries.pipeInput(new TestRecord<>(job.mailbox().bytes(), PointerJobCodec.encode(job), headers));
        collect();
    }

    KeyValueStore<Bytes, byte[]> store(String name) {
        return driver.getKeyValueStore(name);
    }

    /** Rows of a store; the owner's entry of the jobs store is none. */
    long rows(String store) {
        long rows = 0;
        try (var all = store(store).all()) {
            while (all.hasNext()) {
                rows += all.next().key.get().length >= RowKey.LENGTH ? 1 : 0;
            }
        }
        return rows;
    }

    double count(String meter, String... tags) {
        return meters.counter(meter, tags).count();
    }

    private void collect() {
        for (Topic topic : List.of(Topics.OUTCOMES, Topics.RETRY, Topics.DEAD_LETTERS, Topics.POINTERS)) {
            written.get(topic)
                    .addAll(driver.createOutputTopic(
                                    topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                            .readRecordsToList());
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static JobOutcome outcome(byte[] json) {
        try {
            return JobOutcome.parse(json);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Has the state that another owner leaves: whatever it does from now on is lost. To be called before anything else. */
    void inherit(Pipeline former) {
        for (String store : List.of(Stores.SETTLED, Stores.JOBS, Stores.WAITING, Stores.SCHEDULE, Stores.CURSORS)) {
            try (var all = former.store(store).all()) {
                all.forEachRemaining(entry -> store(store).put(entry.key, entry.value));
            }
        }
        former.closeTask();
    }

    /** The task is closed as in a rebalance, while work may be under way. */
    void closeTask() {
        if (!closed) {
            closed = true;
            driver.close();
        }
    }

    @Override
    public void close() {
        runner.releaseAll();
        closeTask();
        dispatcher.close();
    }
}
