package io.waybill.inbound.fault;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.waybill.contracts.Topics;
import io.waybill.inbound.CommitCountingClients;
import jakarta.inject.Singleton;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Kafka, as a process speaks to it that loses or doubles records. */
@Singleton
@Requires(property = FaultSwitch.PROPERTY)
@Replaces(CommitCountingClients.class)
public class FaultyClients extends CommitCountingClients {
    private static final String SETTLED = "waybill-inbound-settled-changelog";

    private final FaultSwitch faults;

    FaultyClients(FaultSwitch faults) {
        this.faults = faults;
    }

    @Override
    @SuppressWarnings("unchecked") // a proxy of an interface has no type parameters
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        Producer<byte[], byte[]> producer = super.getProducer(config);
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                Producer.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (_, method, arguments) -> call(producer, method, arguments));
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // whoever sent the record waits for the future, or not, as for any other
    private Object call(Producer<byte[], byte[]> producer, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("send")) {
            String topic = ((ProducerRecord<?, ?>) arguments[0]).topic();
            boolean isOutcome = topic.equals(Topics.OUTCOMES.name());
            switch (faults.fault()) {
                case OUTCOME_LOST -> {
                    if (isOutcome) {
                        return new CompletableFuture<>();
                    }
                }
                case SETTLEMENT_LOST -> {
                    if (topic.equals(SETTLED)) {
                        return new CompletableFuture<>();
                    }
                }
                case OUTCOME_DOUBLED -> {
                    if (isOutcome) {
                        invoke(producer, method, arguments);
                    }
                }
                case NONE, EFFECT_LOST, HEALTHY_REFUSED, CONTENT_TOLD -> {
                    // Not Kafka's.
                }
            }
        }
        return invoke(producer, method, arguments);
    }

    private static Object invoke(Producer<byte[], byte[]> producer, Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(producer, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
