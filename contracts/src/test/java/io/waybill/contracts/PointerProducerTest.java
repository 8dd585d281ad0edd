package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PointerProducerTest {
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();

    /** What is loaded by the first use is not counted against a deadline here. */
    @BeforeAll
    static void load() {
        assertTrue(PointerJobCodec.encode(Samples.job()).length > 0);
    }

    @Test
    void send_allAcknowledged() {
        List<PointerJob> jobs = jobs(3);
        assertEquals(
                new EnqueueResult.Enqueued(3), producer(_ -> acknowledged()).send(jobs));
        assertEquals(3, sent.size());
        ProducerRecord<byte[], byte[]> first = sent.getFirst();
        assertEquals("mail.pointers", first.topic());
        assertArrayEquals(Samples.KEY.bytes(), first.key());
        assertArrayEquals(PointerJobCodec.encode(jobs.getFirst()), first.value());
    }

    @Test
    void send_nothing() {
        assertEquals(
                new EnqueueResult.Enqueued(0), producer(_ -> acknowledged()).send(List.of()));
    }

    @Test
    @DisplayName("A02 one acknowledgement that is withheld withholds the success of all, within the deadline")
    void send_oneWithheld() {
        long start = System.nanoTime();
        EnqueueResult result = producer(n -> n == 1 ? new CompletableFuture<>() : acknowledged())
                .send(jobs(3));
        assertEquals(new EnqueueResult.NotEnqueued("deadline"), result);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(PointerProducer.DEADLINE) >= 0);
        assertTrue(took.compareTo(PointerProducer.DEADLINE.plusSeconds(8)) < 0, took.toString());
    }

    @Test
    void send_noTimeLeft_isNotTried() {
        assertEquals(
                new EnqueueResult.NotEnqueued("deadline"),
                producer(_ -> acknowledged()).send(jobs(1), Duration.ofMillis(-1)));
        assertTrue(sent.isEmpty());
        assertEquals(
                new EnqueueResult.Enqueued(1), producer(_ -> acknowledged()).send(jobs(1), PointerProducer.DEADLINE));
    }

    @Test
    @DisplayName("A03 one failure fails the request, whenever it comes")
    void send_oneFails() {
        assertEquals(
                new EnqueueResult.NotEnqueued("TimeoutException"),
                producer(n -> n == 2 ? failed() : acknowledged()).send(jobs(3)));
        sent.clear();
        CompletableFuture<RecordMetadata> later = new CompletableFuture<>();
        assertEquals(
                new EnqueueResult.NotEnqueued("TimeoutException"),
                producer(n -> {
                            if (n == 1) {
                                later.completeExceptionally(new TimeoutException("expired"));
                            }
                            return n == 0 ? later : acknowledged();
                        })
                        .send(jobs(2)));
    }

    /** Without metadata each send blocks for max.block.ms: a thousand of them must not. */
    @Test
    void send_firstFailsAtOnce_theOthersAreNotTried() {
        assertInstanceOf(
                EnqueueResult.NotEnqueued.class, producer(_ -> failed()).send(jobs(20)));
        assertEquals(1, sent.size());
    }

    @Test
    void send_throws() {
        assertEquals(
                new EnqueueResult.NotEnqueued("KafkaException"),
                producer(_ -> {
                            throw new KafkaException("closed");
                        })
                        .send(jobs(1)));
    }

    @Test
    void send_interrupted() {
        Thread.currentThread().interrupt();
        assertEquals(
                new EnqueueResult.NotEnqueued("interrupted"),
                producer(_ -> new CompletableFuture<>()).send(jobs(1)));
        assertTrue(Thread.interrupted());
    }

    @Test
    @DisplayName("A08 a job that the guard refuses keeps the whole request off the topic")
    void send_forgedJob() {
        PointerJob good = Samples.job();
        PointerJob forged = new PointerJob(
                1, JobId.random(), "acme", "support", "inc-1", Samples.NOW, ImapPointer.of("INBOX", 1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> producer(_ -> acknowledged()).send(List.of(good, forged)));
        assertTrue(sent.isEmpty());
    }

    private PointerProducer producer(IntFunction<CompletableFuture<RecordMetadata>> acks) {
        return new PointerProducer(
                record -> {
                    sent.add(record);
                    return acks.apply(sent.size() - 1);
                },
                "test");
    }

    private static CompletableFuture<RecordMetadata> acknowledged() {
        return CompletableFuture.completedFuture(null);
    }

    private static CompletableFuture<RecordMetadata> failed() {
        return CompletableFuture.failedFuture(new TimeoutException("no metadata"));
    }

    private static List<PointerJob> jobs(int count) {
        return LongStream.rangeClosed(1, count)
                .mapToObj(uid -> Samples.job(ImapPointer.of("INBOX", 17, uid)))
                .toList();
    }
}
