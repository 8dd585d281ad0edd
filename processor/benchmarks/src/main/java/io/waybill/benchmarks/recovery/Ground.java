package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.BrokerProcess;
import io.waybill.benchmarks.Directories;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.inbound.PipelineInstance;
import io.waybill.inbound.topology.OldSettlements;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/** A broker with Waybill's topics and nothing in them, and what is done to it. Its directory goes when it is closed. */
final class Ground implements AutoCloseable {
    /** Messages from here on are new; those before were settled long ago. */
    private static final long FIRST_NEW = 3_000_000_000L;

    /** Between a settled message and the one that {@link Plan.Fault#UNSETTLED} settles instead. */
    private static final long ELSEWHERE = 1_000_000_000L;

    private static final long TOLD_EVERY = 1_000_000;

    private final Plan plan;
    private final Path directory;
    private final BrokerProcess broker;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<Exception> refused = new AtomicReference<>();
    private final List<PipelineJvm> pipelines = new ArrayList<>();
    private long next = FIRST_NEW;
    private Plan.Fault fault;

    private Ground(Plan plan, Path directory, BrokerProcess broker) {
        this.plan = plan;
        this.directory = directory;
        this.broker = broker;
        this.fault = plan.fault();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        // It announces at a pace as well as it settles: no pointer may wait long for others.
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "5", "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    static Ground open(Plan plan) throws IOException, InterruptedException {
        Path directory = Directories.ofRun();
        Ground ground = new Ground(plan, directory, BrokerProcess.start(directory.resolve("kafka")));
        TopicAdmin.create(ground.admin, Mailboxes.PARTITIONS, 1);
        return ground;
    }

    /** Starts a pipeline. One with the place of an earlier one finds what that left. */
    PipelineJvm start(String place, Fetch fetch, int standbys) throws IOException {
        PipelineJvm pipeline = PipelineJvm.start(
                plan.jvm(),
                broker.bootstrapServers(),
                state(place),
                place + "-" + (pipelines.size() + 1),
                fetch,
                standbys);
        pipelines.add(pipeline);
        return pipeline;
    }

    /** Deletes what a pipeline left there. */
    void wipe(String place) throws IOException {
        Directories.delete(state(place));
    }

    private Path state(String place) {
        return directory.resolve(place);
    }

    /** Reads the outcomes from now on. */
    Outcomes outcomes() {
        return new Outcomes(broker.bootstrapServers());
    }

    /** What the broker has used of the processors. */
    Duration brokerCpu() {
        return broker.cpu();
    }

    /** Settles the first messages, straight in the changelog. A pipeline must have been there before: it creates the topic. */
    void settle(long rows) {
        if (rows == 0) {
            return;
        }
        String changelog = OldSettlements.changelog(PipelineInstance.APPLICATION_ID);
        long shift = fault == Plan.Fault.UNSETTLED ? ELSEWHERE : 0;
        byte[] row = OldSettlements.handled(Instant.now());
        AtomicLong done = new AtomicLong();
        LongStream.range(shift, shift + rows).parallel().forEach(number -> {
            send(new ProducerRecord<>(
                    changelog, Mailboxes.partition(number), OldSettlements.key(Mailboxes.job(number)), row));
            if (done.incrementAndGet() % TOLD_EVERY == 0) {
                Report.progress("%,d of %,d jobs settled", done.get(), rows);
            }
        });
        flush();
    }

    /** The number of the first of so many messages that nobody has announced before. */
    long reserve(int messages) {
        long first = next;
        next += Math.ceilDiv(messages, Mailboxes.COUNT) * (long) Mailboxes.COUNT;
        return first;
    }

    /** One new message in each partition, by their numbers. */
    List<Long> oneInEach() {
        return oneInEach(reserve(Mailboxes.COUNT));
    }

    /** One settled message in each partition. */
    static List<Long> oneSettledInEach() {
        return oneInEach(0);
    }

    private static List<Long> oneInEach(long first) {
        return LongStream.range(0, Mailboxes.PARTITIONS)
                .map(partition -> first + Mailboxes.firstIn((int) partition))
                .boxed()
                .toList();
    }

    /** Announces messages and waits until they are durable; the ids of their jobs. */
    List<String> announce(Collection<Long> numbers) {
        List<String> ids = numbers.stream().map(this::announce).toList();
        flush();
        return ids;
    }

    /** Announces a message; the id of its job. */
    String announce(long number) {
        PointerJob job = Mailboxes.job(number);
        String id = job.jobId().value();
        switch (fault) {
            case NONE, UNSETTLED -> send(pointer(job));
            case LOST -> fault = Plan.Fault.NONE;
            case DOUBLED -> {
                send(pointer(job));
                send(new ProducerRecord<>(Topics.OUTCOMES.name(), Utils.utf8(id), Utils.utf8("{}")));
                fault = Plan.Fault.NONE;
            }
        }
        return id;
    }

    private static ProducerRecord<byte[], byte[]> pointer(PointerJob job) {
        return new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        var _ = producer.send(record, (_, failure) -> {
            if (failure != null) {
                refused.compareAndSet(null, failure);
            }
        });
    }

    /** Waits until everything is durable. */
    void flush() {
        producer.flush();
        if (refused.get() != null) {
            throw new IllegalStateException("the broker refused a record", refused.get());
        }
    }

    /** Pointers that are there. */
    long pointers() {
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, Mailboxes.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(Topics.POINTERS.name(), partition))
                .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        return answer(admin.listOffsets(ends).all()).values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    /** Pointers that the pipelines have taken over for good: their offsets are committed. */
    long taken() {
        return answer(admin.listConsumerGroupOffsets(PipelineInstance.APPLICATION_ID)
                        .partitionsToOffsetAndMetadata())
                .entrySet()
                .stream()
                .filter(offset -> offset.getKey().topic().equals(Topics.POINTERS.name()) && offset.getValue() != null)
                .mapToLong(offset -> offset.getValue().offset())
                .sum();
    }

    /** Waits until the group has put out whoever was killed. */
    void awaitNobody() {
        Until.isTrue("the session of the killed pipeline ends", plan.patience(), () -> members() == 0);
    }

    private int members() {
        return answer(admin.describeConsumerGroups(List.of(PipelineInstance.APPLICATION_ID))
                        .all())
                .get(PipelineInstance.APPLICATION_ID)
                .members()
                .size();
    }

    private static <T> T answer(KafkaFuture<T> asked) {
        try {
            return asked.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the broker does not answer", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (PipelineJvm pipeline : pipelines) {
            pipeline.kill();
        }
        producer.close(Duration.ZERO);
        admin.close();
        broker.close();
        // Millions of rows are gigabytes.
        Directories.delete(directory);
    }
}
