package io.waybill.cli.dlq;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Problem;
import io.waybill.cli.topics.ExclusiveWriter;
import io.waybill.cli.topics.KafkaTrouble;
import io.waybill.cli.topics.Visibility;
import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.Json;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Redrive;
import io.waybill.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts dead letters back to work, or closes them, each exactly once. The pointer's return and the tombstone of its dead letter are one
 * transaction, and all operators share one transactional id:
 *
 * <ol>
 *   <li>{@code initTransactions} fences whoever else is at it and aborts what a killed one left open;
 *   <li>only then the table is read again, as committed: what is open now nobody else can close any more;
 *   <li>batch by batch, small ones, since an open transaction hides what follows it from every reader.
 * </ol>
 */
public final class Redriver {
    /** The same for all operators and all runs, which is what makes them exclude each other. */
    static final String TRANSACTIONAL_ID = "waybill-redrive";

    /** Half a second and 500 records is what readers behind an open transaction are made to wait for at most. */
    private static final Duration MAX_FILL = Duration.ofMillis(400);

    /** Two records each, and one for the whole. */
    private static final int MAX_LETTERS = 249;

    /** What a killed re-drive may hide, and for how long: as short as the processor's own. */
    private static final int TRANSACTION_TIMEOUT_MS = 3_000;

    private static final ObjectMapper MAPPER = Json.mapper(4, 4096);

    private final Map<String, Object> kafka;
    private final Clock clock;
    private final Function<Map<String, Object>, Producer<byte[], byte[]>> producers;

    /** @param kafka how to reach the brokers */
    public Redriver(Map<String, Object> kafka, Clock clock) {
        this(kafka, clock, KafkaProducer::new);
    }

    Redriver(
            Map<String, Object> kafka, Clock clock, Function<Map<String, Object>, Producer<byte[], byte[]>> producers) {
        this.kafka = kafka;
        this.clock = clock;
        this.producers = producers;
    }

    /** Is told after each commit. */
    @FunctionalInterface
    public interface Progress {
        void committed(int done, int of);
    }

    /**
     * What was done, durably.
     *
     * @param redriveId the re-drive; of records and of {@code mail.redrives}
     * @param done those put back to work, or closed
     * @param left those that matched and cannot be put back to work
     * @param finished false where another operator took over, or the broker gave a transaction up as it took too long, and where it
     *     failed: what is not in {@code done} was not done here
     * @param truncated whether more matched than one run takes
     * @param trouble why it ended before all was done, where something was
     */
    public record Result(
            String redriveId,
            List<DeadLetter> done,
            List<DeadLetter> left,
            boolean finished,
            boolean truncated,
            Optional<Problem> trouble) {}

    /** Puts every matching dead letter back to work under its next generation, except those that hold no job. */
    public Result redrive(DeadLetterFilter filter, String by, Progress progress) {
        return run(filter, by, true, progress);
    }

    /** Closes every matching dead letter for good. Nothing records it but that it is gone. */
    public Result discard(DeadLetterFilter filter, Progress progress) {
        return run(filter, "", false, progress);
    }

    private Result run(DeadLetterFilter filter, String by, boolean again, Progress progress) {
        String id = UUID.randomUUID().toString();
        List<DeadLetter> done = new ArrayList<>();
        List<DeadLetter> left = new ArrayList<>();
        boolean truncated = false;
        Visibility visibility = new Visibility();
        Producer<byte[], byte[]> producer = producer();
        try {
            producer.initTransactions();
            // Now rather than within a transaction.
            List.of(Topics.POINTERS, Topics.DEAD_LETTERS, Topics.REDRIVES)
                    .forEach(topic -> producer.partitionsFor(topic.name()));
            DeadLetterTable open = DeadLetterTable.read(kafka, filter);
            List<DeadLetter> todo = open.letters().stream()
                    .filter(letter -> !again || letter.job().isPresent())
                    .toList();
            open.letters().stream()
                    .filter(letter -> again && letter.job().isEmpty())
                    .forEach(left::add);
            truncated = open.truncated();
            boolean finished = true;
            while (finished && done.size() < todo.size()) {
                List<DeadLetter> rest = todo.subList(done.size(), todo.size());
                Redrive record = new Redrive(
                        id, by, clock.instant(), filter.text(), open.letters().size(), done.size(), left.size());
                int batch = commit(producer, rest, record, again, visibility);
                finished = batch > 0;
                done.addAll(rest.subList(0, batch));
                progress.committed(done.size(), todo.size());
            }
            visibility.await(kafka);
            return new Result(id, done, left, finished, truncated, Optional.empty());
        } catch (KafkaException failed) {
            Problem trouble = trouble(failed, done.size());
            if (done.isEmpty()) {
                throw trouble;
            }
            return new Result(id, done, left, false, truncated, Optional.of(trouble));
        } finally {
            // Not without a bound: where the transaction's coordinator is away it would wait for it for ever.
            producer.close(ExclusiveWriter.ABORT_WITHIN);
        }
    }

    private Producer<byte[], byte[]> producer() {
        try {
            return producers.apply(config());
        } catch (KafkaException failed) {
            throw KafkaTrouble.of(failed, kafka);
        }
    }

    /** One transaction. Returns how many dead letters it closed; 0 where another operator has taken over, or the broker gave it up. */
    private int commit(
            Producer<byte[], byte[]> producer,
            List<DeadLetter> rest,
            Redrive before,
            boolean again,
            Visibility visibility) {
        try {
            producer.beginTransaction();
            long full = System.nanoTime() + MAX_FILL.toNanos();
            int batch = 0;
            while (batch < Math.min(rest.size(), MAX_LETTERS) && (batch == 0 || System.nanoTime() < full)) {
                DeadLetter letter = rest.get(batch);
                if (again) {
                    var _ = producer.send(pointer(letter, letter.job().orElseThrow(), before), visibility);
                }
                var _ = producer.send(tombstone(letter), visibility);
                batch++;
            }
            if (again) {
                var _ = producer.send(account(before, batch), visibility);
            }
            ExclusiveWriter.commit(producer);
            return batch;
        } catch (KafkaException failed) {
            if (KafkaTrouble.isFenced(failed)) {
                return 0;
            }
            abort(producer);
            throw failed;
        }
    }

    private static ProducerRecord<byte[], byte[]> pointer(DeadLetter letter, PointerJob job, Redrive redrive) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : letter.headers()) {
            if (!JobHeaders.isOwn(header.key())) {
                headers.add(header);
            }
        }
        JobHeaders.put(headers, JobHeaders.ID, job.jobId().value());
        JobHeaders.put(headers, JobHeaders.GENERATION, letter.generation() + 1);
        for (String kept : List.of(JobHeaders.ATTEMPTS_TOTAL, JobHeaders.FIRST_SEEN, JobHeaders.HANDLERS)) {
            letter.text(kept).ifPresent(value -> JobHeaders.put(headers, kept, value));
        }
        JobHeaders.put(headers, JobHeaders.REDRIVE_ID, redrive.redriveId());
        JobHeaders.put(
                headers,
                JobHeaders.REDRIVE_COUNT,
                JobHeaders.number(letter.headers(), JobHeaders.REDRIVE_COUNT).orElse(letter.generation()) + 1);
        JobHeaders.put(headers, JobHeaders.REDRIVE_BY, redrive.by());
        JobHeaders.put(headers, JobHeaders.REDRIVE_FROM, letter.coordinates());
        return new ProducerRecord<>(
                Topics.POINTERS.name(), null, null, job.mailbox().bytes(), letter.value(), headers);
    }

    /** To the partition where the dead letter was found: only there it closes it. */
    private static ProducerRecord<byte[], byte[]> tombstone(DeadLetter letter) {
        return new ProducerRecord<>(
                Topics.DEAD_LETTERS.name(), letter.partition(), letter.id().getBytes(StandardCharsets.UTF_8), null);
    }

    /** With every batch, so that the account of a killed re-drive is true as well. */
    private static ProducerRecord<byte[], byte[]> account(Redrive before, int batch) {
        Redrive now = new Redrive(
                before.redriveId(),
                before.by(),
                before.at(),
                before.filter(),
                before.matched(),
                before.redriven() + batch,
                before.left());
        try {
            return new ProducerRecord<>(
                    Topics.REDRIVES.name(),
                    now.redriveId().getBytes(StandardCharsets.UTF_8),
                    MAPPER.writeValueAsBytes(now));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void abort(Producer<byte[], byte[]> producer) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException hopeless) {
            // The next initTransactions, or the transaction's timeout, aborts it.
        }
    }

    private Problem trouble(KafkaException failed, int done) {
        if (KafkaTrouble.isFenced(failed)) {
            return Problem.incomplete(
                    "another re-drive began at the same moment, or it took too long for the broker",
                    TRANSACTIONAL_ID,
                    "Look at `waybill dlq list`, and where nobody else is at it, run it again.");
        }
        Problem cause = KafkaTrouble.of(failed, kafka);
        return done == 0
                ? cause
                : Problem.incomplete(
                        cause.getMessage() + " after " + done + " were done",
                        cause.where(),
                        cause.remedy() + " Then run it again: what is done is not done twice.");
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, TRANSACTIONAL_ID);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_200);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2_500);
        // Also the patience of initTransactions, which waits for the abort of a transaction that was left open.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return config;
    }
}
