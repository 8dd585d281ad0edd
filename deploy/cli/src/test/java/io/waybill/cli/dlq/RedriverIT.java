package io.waybill.cli.dlq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Cluster;
import io.waybill.cli.Problem;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.JobId;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topic;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedriverIT {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Redriver.Progress SILENT = (done, of) -> {};
    private static final AtomicInteger MAILBOXES = new AtomicInteger();

    private static Cluster cluster;

    /** Each test has one of its own. */
    private final String mailbox = "redriver/m" + MAILBOXES.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
    }

    @Test
    @DisplayName(
            "A18 a re-drive returns the pointer under the next generation, keeps the job's history and closes the dead"
                    + " letter")
    void redrive_one_returnsItUnderTheNextGeneration() throws Exception {
        PointerJob job = HandmadeDeadLetters.job(mailbox, 1);
        cluster.put(HandmadeDeadLetters.of(job, 1, FailureCode.HANDLER_REFUSED, NOW));

        Redriver.Result result = redriver().redrive(filter(), "tester", SILENT);

        assertEquals(1, result.done().size());
        assertTrue(result.finished());
        ConsumerRecord<byte[], byte[]> pointer = ofMailbox(Topics.POINTERS).getFirst();
        assertArrayEquals(PointerJobCodec.encode(job), pointer.value());
        assertEquals(Optional.of("2"), JobHeaders.text(pointer.headers(), JobHeaders.GENERATION));
        assertEquals(Optional.of("2"), JobHeaders.text(pointer.headers(), JobHeaders.ATTEMPTS_TOTAL));
        assertEquals(Optional.of("2"), JobHeaders.text(pointer.headers(), JobHeaders.REDRIVE_COUNT));
        assertEquals(Optional.of(result.redriveId()), JobHeaders.text(pointer.headers(), JobHeaders.REDRIVE_ID));
        assertEquals(Optional.of("tester"), JobHeaders.text(pointer.headers(), JobHeaders.REDRIVE_BY));
        assertEquals(
                List.of(
                        "trace=t-1",
                        "hop=a",
                        "hop=b",
                        "x-job-id=" + job.jobId(),
                        "x-job-first-seen=2026-05-01T10:00:01Z",
                        "x-job-handlers=tickets=created/T-1",
                        "x-redrive-from=" + result.done().getFirst().coordinates()),
                StreamSupport.stream(pointer.headers().spliterator(), false)
                        .map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
                        .filter(header ->
                                !header.matches("x-(job-(generation|attempts-total)|redrive-(id|count|by))=.*"))
                        .toList());
        assertEquals(List.of(), open());
        Map<?, ?> account = account(result.redriveId());
        assertEquals(
                List.of("tester", 1, 1, 0),
                List.of(account.get("by"), account.get("matched"), account.get("redriven"), account.get("left")));
    }

    @Test
    @DisplayName("A18 a re-drive that is repeated re-drives nothing twice")
    void redrive_repeated_doesNothing() throws Exception {
        put(20);

        redriver().redrive(filter(), "tester", SILENT);
        Redriver.Result again = redriver().redrive(filter(), "tester", SILENT);

        assertEquals(List.of(), again.done());
        assertEachRedrivenOnce(20);
    }

    @Test
    @DisplayName("A18 a re-drive that is killed within a transaction and started again re-drives each dead letter once")
    void redrive_killedWithinATransaction_goesOnWhereItStopped() throws Exception {
        put(600);
        // 600 are three batches: the second is sent in full and never committed.
        Redriver killed = redriver(commits -> {
            if (commits == 2) {
                throw new Killed();
            }
        });

        assertThrows(Killed.class, () -> killed.redrive(filter(), "tester", SILENT));
        long started = System.nanoTime();
        Redriver.Result rest = redriver().redrive(filter(), "tester", SILENT);

        assertTrue(rest.done().size() > 0 && rest.done().size() < 600, "one batch was committed, one was not");
        assertEachRedrivenOnce(600);
        assertTrue(
                Duration.ofNanos(System.nanoTime() - started).compareTo(Duration.ofSeconds(20)) < 0,
                "the dangling transaction must not hold the next re-drive up");
    }

    @Test
    @DisplayName("A18 a re-drive that is killed leaves a true account of what it did")
    void redrive_killedAfterOneBatch_leavesATrueAccount() throws Exception {
        put(300);
        Redriver killed = redriver(commits -> {
            if (commits == 2) {
                throw new Killed();
            }
        });

        assertThrows(Killed.class, () -> killed.redrive(filter(), "killed-one", SILENT));
        Redriver.Result rest = redriver().redrive(filter(), "second", SILENT);

        Map<?, ?> account = cluster.read(Topics.REDRIVES).stream()
                .map(RedriverIT::json)
                .filter(json -> "killed-one".equals(json.get("by")))
                .reduce((first, last) -> last)
                .orElseThrow();
        assertEquals(300, account.get("matched"));
        assertEquals(300 - rest.done().size(), account.get("redriven"));
    }

    @Test
    @DisplayName("A18 of two re-drives at once one is fenced, and each dead letter is re-driven once")
    void redrive_twoAtOnce_oneIsFenced() throws Exception {
        put(600);
        CountDownLatch firstBatchSent = new CountDownLatch(1);
        CountDownLatch secondIsDone = new CountDownLatch(1);
        Redriver first = redriver(commits -> {
            if (commits == 2) {
                firstBatchSent.countDown();
                await(secondIsDone);
            }
        });

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Redriver.Result> slow = threads.submit(() -> first.redrive(filter(), "first", SILENT));
            await(firstBatchSent);
            Redriver.Result fast = redriver().redrive(filter(), "second", SILENT);
            secondIsDone.countDown();

            assertTrue(fast.finished());
            assertFalse(slow.get(60, TimeUnit.SECONDS).finished());
            assertTrue(slow.get().done().size() > 0);
            assertEquals(600, slow.get().done().size() + fast.done().size());
        }
        assertEachRedrivenOnce(600);
    }

    @Test
    @DisplayName("A18 re-drives that race from all sides re-drive each dead letter once")
    void redrive_fourRacing_eachOnce() throws Exception {
        put(1_000);

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> racing = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                racing.add(threads.submit(() -> redriver().redrive(filter(), "racer", SILENT)));
            }
            for (Future<?> racer : racing) {
                try {
                    racer.get(60, TimeUnit.SECONDS);
                } catch (ExecutionException fenced) {
                    assertEquals(Problem.class, fenced.getCause().getClass());
                }
            }
        }
        redriver().redrive(filter(), "last", SILENT);

        assertEachRedrivenOnce(1_000);
    }

    @Test
    void redrive_redacted_isLeftAlone() throws Exception {
        cluster.put(HandmadeDeadLetters.redacted(17, FailureCode.UNDECODABLE, NOW));

        Redriver.Result result =
                redriver().redrive(DeadLetterFilter.ids(Set.of("raw.mail.pointers.0.17")), "tester", SILENT);

        assertEquals(List.of(), result.done());
        assertEquals(1, result.left().size());
        assertEquals(
                1,
                DeadLetterTable.read(cluster.kafka(), DeadLetterFilter.ids(Set.of("raw.mail.pointers.0.17")))
                        .letters()
                        .size());
    }

    @Test
    void redrive_aValueThatIsNotTheKeysJob_isLeftAlone() throws Exception {
        PointerJob job = HandmadeDeadLetters.job(mailbox, 1);
        var record = HandmadeDeadLetters.of(job, 0, FailureCode.HANDLER_REFUSED, NOW);
        JobId other = JobId.random();
        cluster.put(new ProducerRecord<>(
                record.topic(),
                null,
                null,
                (other + ".0").getBytes(StandardCharsets.UTF_8),
                record.value(),
                record.headers()));

        Redriver.Result result = redriver().redrive(DeadLetterFilter.ids(Set.of(other + ".0")), "tester", SILENT);

        assertEquals(List.of(), result.done());
        assertEquals(1, result.left().size());
    }

    @Test
    void discard_closesWithoutRunning() throws Exception {
        put(3);

        Redriver.Result result = redriver().discard(filter(), SILENT);

        assertEquals(3, result.done().size());
        assertEquals(List.of(), open());
        assertEquals(List.of(), ofMailbox(Topics.POINTERS));
    }

    @Test
    void redrive_failsHalfWay_tellsWhatItDid() throws Exception {
        put(300);
        Redriver failing = redriver(commits -> {
            if (commits == 2) {
                throw new KafkaException("the broker does not like it");
            }
        });

        Redriver.Result result = failing.redrive(filter(), "tester", SILENT);

        assertFalse(result.finished());
        assertTrue(result.done().size() > 0 && result.done().size() < 300, "one batch was committed, one was not");
        Problem trouble = result.trouble().orElseThrow();
        assertTrue(trouble.getMessage().endsWith("after " + result.done().size() + " were done"), trouble.getMessage());
        assertEquals(result.done().size(), account(result.redriveId()).get("redriven"));
        assertEquals(300 - result.done().size(), open().size());
    }

    @Test
    void redrive_closesItsProducerWithinABound() throws Exception {
        put(1);
        List<Duration> bounds = new ArrayList<>();
        Redriver redriver = new Redriver(
                cluster.kafka(),
                CLOCK,
                config -> intercept(new KafkaProducer<>(config), (method, arguments) -> {
                    if (method.equals("close")) {
                        bounds.add(arguments == null ? null : (Duration) arguments[0]);
                    }
                }));

        redriver.redrive(filter(), "tester", SILENT);

        assertEquals(1, bounds.size());
        assertTrue(bounds.getFirst() != null && bounds.getFirst().compareTo(Duration.ofSeconds(10)) < 0);
    }

    private void put(int count) throws InterruptedException {
        cluster.put(HandmadeDeadLetters.jobs(mailbox, count).stream()
                .map(job -> HandmadeDeadLetters.of(job, 0, FailureCode.HANDLER_REFUSED, NOW))
                .toList());
    }

    private void assertEachRedrivenOnce(int count) {
        List<ConsumerRecord<byte[], byte[]>> pointers = ofMailbox(Topics.POINTERS);
        assertEquals(count, pointers.size());
        assertEquals(
                count,
                pointers.stream()
                        .map(record ->
                                JobHeaders.text(record.headers(), JobHeaders.ID).orElseThrow())
                        .distinct()
                        .count());
        assertEquals(List.of(), open());
    }

    private List<DeadLetter> open() {
        return DeadLetterTable.read(cluster.kafka(), filter()).letters();
    }

    private List<ConsumerRecord<byte[], byte[]>> ofMailbox(Topic topic) {
        return cluster.read(topic).stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(mailbox))
                .toList();
    }

    private DeadLetterFilter filter() {
        return new DeadLetterFilter(Set.of(), Optional.empty(), Optional.of(MailboxKey.parse(mailbox)));
    }

    private static Map<?, ?> account(String redriveId) {
        return cluster.read(Topics.REDRIVES).stream()
                .map(RedriverIT::json)
                .filter(json -> json.get("redriveId").equals(redriveId))
                .findFirst()
                .orElseThrow();
    }

    private static Map<?, ?> json(ConsumerRecord<byte[], byte[]> record) {
        try {
            return new ObjectMapper().readValue(record.value(), Map.class);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static Redriver redriver() {
        return new Redriver(cluster.kafka(), CLOCK);
    }

    /** @param beforeCommit is told which commit is about to be made, from 1; what it throws kills the producer as kill -9 does */
    private static Redriver redriver(IntConsumer beforeCommit) {
        Function<Map<String, Object>, Producer<byte[], byte[]>> producers = config -> {
            AtomicInteger commits = new AtomicInteger();
            Producer<byte[], byte[]> real = new KafkaProducer<>(config);
            return intercept(real, (method, _) -> {
                if (method.equals("commitTransaction")) {
                    real.flush();
                    beforeCommit.accept(commits.incrementAndGet());
                }
            });
        };
        return new Redriver(cluster.kafka(), CLOCK, producers);
    }

    /** @param before is told of each call and its arguments, null where it has none */
    @SuppressWarnings("unchecked") // a proxy knows no type parameters
    private static Producer<byte[], byte[]> intercept(
            Producer<byte[], byte[]> real, BiConsumer<String, Object[]> before) {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                RedriverIT.class.getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    try {
                        before.accept(method.getName(), arguments);
                        return method.invoke(real, arguments);
                    } catch (Killed killed) {
                        // Without a time to close in, the producer leaves its transaction open.
                        real.close(Duration.ZERO);
                        throw killed;
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                });
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
