package io.waybill.contracts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Where every ingress ends: pointers go in, and the answer is given only after the broker acknowledged all of them. Call it on a
 * thread that may block, never on an event loop.
 */
public final class PointerProducer {
    /** Shorter than the 2 s that a caller is promised, and one for the whole request however many pointers it has. */
    public static final Duration DEADLINE = Duration.ofMillis(1900);

    /** As long as max.block.ms lets one record wait for its topic's metadata or for room: none is begun later than that before the end. */
    private static final Duration LONGEST_SEND = Duration.ofMillis(500);

    private final RecordSender sender;
    private final String app;

    /**
     * @param sender over a producer with acks=all and idempotence, max.block.ms=500, delivery.timeout.ms=1400
     * @param app the application's name, for logs
     */
    public PointerProducer(RecordSender sender, String app) {
        this.sender = sender;
        this.app = app;
    }

    /** Enqueues all pointers or says that they are not all durable. Throws only where a job is none that the guard lets pass. */
    public EnqueueResult send(List<PointerJob> jobs) {
        return send(jobs, List.of(), DEADLINE);
    }

    /** The same where the request has used up some of its time before; the limit is less than {@link #DEADLINE}. */
    public EnqueueResult send(List<PointerJob> jobs, Duration limit) {
        return send(jobs, List.of(), limit);
    }

    /** The same, together with what the request tells of subscriptions. */
    public EnqueueResult send(List<PointerJob> jobs, List<SubscriptionEvent> events) {
        return send(jobs, events, DEADLINE);
    }

    private EnqueueResult send(List<PointerJob> jobs, List<SubscriptionEvent> events, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<ProducerRecord<byte[], byte[]>> records = Stream.concat(
                        jobs.stream().map(PointerProducer::record),
                        events.stream().map(SubscriptionTable::record))
                .toList();
        List<CompletableFuture<?>> acks = new ArrayList<>(records.size());
        try {
            for (ProducerRecord<byte[], byte[]> record : records) {
                if (System.nanoTime() > deadline - LONGEST_SEND.toNanos()) {
                    return new EnqueueResult.NotEnqueued("deadline");
                }
                CompletableFuture<?> ack = sender.send(record);
                if (ack.isCompletedExceptionally()) {
                    // Without brokers each further record would block for max.block.ms again, only to fail as well.
                    return new EnqueueResult.NotEnqueued(
                            ack.exceptionNow().getClass().getSimpleName());
                }
                acks.add(ack);
            }
            CompletableFuture.allOf(acks.toArray(CompletableFuture[]::new))
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            return new EnqueueResult.NotEnqueued("deadline");
        } catch (ExecutionException failed) {
            return new EnqueueResult.NotEnqueued(failed.getCause().getClass().getSimpleName());
        } catch (KafkaException failed) {
            return new EnqueueResult.NotEnqueued(failed.getClass().getSimpleName());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new EnqueueResult.NotEnqueued("interrupted");
        }
        JobLog.enqueue(app, jobs);
        return new EnqueueResult.Enqueued(jobs.size());
    }

    private static ProducerRecord<byte[], byte[]> record(PointerJob job) {
        return new ProducerRecord<>(
                Topics.POINTERS.name(),
                null,
                null,
                job.mailbox().bytes(),
                PointerJobCodec.encode(job),
                new RecordHeaders());
    }
}
