package io.waybill.contracts;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Over a producer that is made when it is first needed, so that an application starts without a broker, and made anew where it may
 * never recover by itself: an idempotent producer whose login was refused once loses its request for an id, and from then on each
 * record waits in vain, however right the login has become (KAFKA-20237).
 *
 * <p>Safe for use by many threads.
 */
public final class KafkaRecordSender implements RecordSender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRecordSender.class);

    /** One that had no acknowledgement for so long, though it was asked, has its successor: it costs a thread and a connection. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** After a refused login the next attempt may not come sooner, as it is a new connection and a new login. */
    static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(1);

    /** What waits in a producer that is given up has failed already, or will within its delivery timeout: nobody waits for that. */
    private static final Duration CLOSING = Duration.ZERO;

    private static final Duration LAST_CLOSING = Duration.ofSeconds(2);

    private final Supplier<Producer<byte[], byte[]>> make;
    private volatile Tried current;
    // Guarded by this.
    private boolean closed;

    /** @param make makes a new one each time; with acks=all and idempotence */
    public KafkaRecordSender(Supplier<Producer<byte[], byte[]>> make) {
        this.make = make;
    }

    /** A producer, and how it does. */
    private static final class Tried {
        private final Producer<byte[], byte[]> producer;
        private final long madeAt = System.nanoTime();
        /** Since when nothing was acknowledged though something failed; 0 where all is well. */
        private volatile long failingSince;

        private volatile boolean refused;

        Tried(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        void acknowledged() {
            refused = false;
            failingSince = 0;
        }

        void failed(Exception failure) {
            if (failure instanceof AuthenticationException) {
                refused = true;
            }
            if (failingSince == 0) {
                failingSince = System.nanoTime();
            }
        }

        boolean isSpent() {
            long since = failingSince;
            if (since == 0) {
                return false;
            }
            long now = System.nanoTime();
            return refused ? now - madeAt > PAUSE_AFTER_REFUSAL.toNanos() : now - since > PATIENCE.toNanos();
        }
    }

    /**
     * Whether the brokers know the topic, and records can be sent to it. Waits for max.block.ms at most.
     *
     * @throws KafkaException if they cannot be asked
     */
    public boolean finds(Topic topic) {
        Tried tried = current();
        try {
            // One that was refused before can ask, but not write.
            return !tried.producer.partitionsFor(topic.name()).isEmpty() && !tried.refused;
        } catch (KafkaException failure) {
            tried.failed(failure);
            throw failure;
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same, without a thread that waits for it
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        Tried tried = current();
        CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
        try {
            tried.producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    tried.acknowledged();
                    acknowledged.complete(metadata);
                } else {
                    tried.failed(failure);
                    acknowledged.completeExceptionally(failure);
                }
            });
        } catch (IllegalStateException givenUp) {
            // Between being looked up and being used. Nothing was written.
            acknowledged.completeExceptionally(new KafkaException("the producer was closed", givenUp));
        }
        return acknowledged;
    }

    private Tried current() {
        Tried tried = current;
        return tried == null || tried.isSpent() ? renewed() : tried;
    }

    private synchronized Tried renewed() {
        if (closed) {
            throw new KafkaException("the producer was closed");
        }
        Tried tried = current;
        if (tried != null && tried.isSpent()) {
            LOG.atWarn().addKeyValue("login_refused", tried.refused).log("producer_made_anew");
            tried.producer.close(CLOSING);
            tried = null;
        }
        if (tried == null) {
            tried = new Tried(make.get());
            current = tried;
        }
        return tried;
    }

    /** Waits for what was sent, some seconds at most: none has longer to be acknowledged. */
    @Override
    public synchronized void close() {
        closed = true;
        Tried last = current;
        if (last != null) {
            last.producer.close(LAST_CLOSING);
        }
    }
}
