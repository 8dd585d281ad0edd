package io.waybill.contracts;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
 * <p>Safe for use by many threads. While one producer is replaced by another nobody waits: what is sent meanwhile fails at once.
 */
public final class KafkaRecordSender implements RecordSender, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRecordSender.class);

    /** One that goes on to fail, with no acknowledgement in between, has its successor: it costs a thread and a connection. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Each new producer is a new login, so none comes sooner after one that was refused, or that could not be made. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** What waits in a producer that is given up has failed already, or will within its delivery timeout: nobody waits for that. */
    private static final Duration CLOSING = Duration.ZERO;

    private static final Duration LAST_CLOSING = Duration.ofSeconds(2);

    private final Supplier<Producer<byte[], byte[]>> make;
    /** Null before it is first needed, and while it is replaced. */
    private volatile Tried current;

    // Guarded by this.
    private boolean replacing;
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

        private volatile boolean failsForLong;
        private volatile boolean refused;

        Tried(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        void acknowledged() {
            failingSince = 0;
            failsForLong = false;
            refused = false;
        }

        /** Told at the failure and not by the clock alone: one that nobody asked meanwhile may be well by now. */
        void failed(Exception failure) {
            long now = System.nanoTime();
            if (failure instanceof AuthenticationException) {
                refused = true;
            }
            if (failingSince == 0) {
                failingSince = now;
            } else if (now - failingSince > PATIENCE.toNanos()) {
                failsForLong = true;
            }
        }

        boolean isSpent() {
            return failsForLong || (refused && System.nanoTime() - madeAt > PAUSE.toNanos());
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
        } catch (IllegalStateException givenUp) {
            throw closed(givenUp);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same, without a thread that waits for it
    public CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
        try {
            Tried tried = current();
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
            acknowledged.completeExceptionally(closed(givenUp));
        } catch (KafkaException none) {
            acknowledged.completeExceptionally(none);
        }
        return acknowledged;
    }

    private Tried current() {
        Tried tried = current;
        return tried == null || tried.isSpent() ? firstOrNone() : tried;
    }

    private synchronized Tried firstOrNone() {
        if (closed || replacing) {
            throw closed(null);
        }
        Tried tried = current;
        if (tried == null) {
            current = new Tried(make.get());
            return current;
        }
        if (tried.isSpent()) {
            current = null;
            replacing = true;
            Thread.ofVirtual().name("producer-replacement").start(() -> replace(tried));
            throw closed(null);
        }
        return tried;
    }

    /** Both closing and making may look up names or sign in, which nothing bounds: on no caller's thread. */
    private void replace(Tried spent) {
        LOG.atWarn().addKeyValue("login_refused", spent.refused).log("producer_made_anew");
        try {
            spent.producer.close(CLOSING);
        } catch (KafkaException unclean) {
            LOG.atDebug().addKeyValue("cause", unclean.getClass().getName()).log("producer_not_closed");
        }
        while (!isClosed()) {
            try {
                replaced(new Tried(make.get()));
                return;
            } catch (RuntimeException notNow) {
                LOG.atDebug().addKeyValue("cause", notNow.getClass().getName()).log("producer_not_made");
                if (!pause()) {
                    return;
                }
            }
        }
    }

    private synchronized void replaced(Tried next) {
        if (closed) {
            next.producer.close(CLOSING);
        } else {
            replacing = false;
            current = next;
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            return true;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static KafkaException closed(RuntimeException cause) {
        return new KafkaException("the producer was closed", cause);
    }

    private synchronized boolean isClosed() {
        return closed;
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
