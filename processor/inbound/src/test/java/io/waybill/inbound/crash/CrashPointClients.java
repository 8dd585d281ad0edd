package io.waybill.inbound.crash;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.waybill.inbound.CommitCountingClients;
import io.waybill.inbound.intercept.InterceptedClients;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Kafka, as a process that may be dead speaks to it: what it sent stays where it is, and its transaction open. A store's put is a record
 * of its changelog.
 */
@Singleton
@Requires(property = CrashPointBeans.PROPERTY)
@Replaces(CommitCountingClients.class)
public class CrashPointClients extends InterceptedClients {
    private static final String CHANGELOG = "-changelog";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final CrashPoints points;
    private final Function<ProducerRecord<byte[], byte[]>, String> names;

    @Inject
    CrashPointClients(CrashPoints points) {
        this(points, CrashPointClients::name);
    }

    /** @param names what a record is called, as a reader of a test's output understands it */
    public CrashPointClients(CrashPoints points, Function<ProducerRecord<byte[], byte[]>, String> names) {
        this.points = points;
        this.names = names;
    }

    /** The topic, or the store and what is done there. */
    public static String name(ProducerRecord<byte[], byte[]> record) {
        String topic = record.topic();
        return topic.endsWith(CHANGELOG) ? store(record) + (record.value() == null ? " delete" : " put") : topic;
    }

    /** The store whose changelog the record is for. */
    public static String store(ProducerRecord<byte[], byte[]> record) {
        String application = "waybill-inbound-";
        String topic = record.topic();
        return topic.substring(application.length(), topic.length() - CHANGELOG.length());
    }

    @Override
    protected Object call(Producer<byte[], byte[]> producer, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "send" -> points.send(names.apply(sent(arguments)));
            case "commitTransaction" -> {
                points.commit(producer::commitTransaction);
                return null;
            }
            case "close" -> {
                producer.close(points.isDead() ? Duration.ZERO : CLOSE_LIMIT);
                return null;
            }
            case "beginTransaction", "sendOffsetsToTransaction", "abortTransaction", "flush" -> points.requireAlive();
            default -> {
                // Questions, which change nothing.
            }
        }
        return proceed(producer, method, arguments);
    }
}
