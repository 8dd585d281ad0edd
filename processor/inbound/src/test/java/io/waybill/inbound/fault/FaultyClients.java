package io.waybill.inbound.fault;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.waybill.contracts.Topics;
import io.waybill.inbound.CommitCountingClients;
import io.waybill.inbound.intercept.InterceptedClients;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;

/** Kafka, as a process speaks to it that loses or doubles records. */
@Singleton
@Requires(property = FaultSwitch.PROPERTY)
@Replaces(CommitCountingClients.class)
public class FaultyClients extends InterceptedClients {
    private static final String SETTLED = "waybill-inbound-settled-changelog";

    private final FaultSwitch faults;

    FaultyClients(FaultSwitch faults) {
        this.faults = faults;
    }

    @Override
    @SuppressWarnings(
            "FutureReturnValueIgnored") // whoever sent the record waits for the future, or not, as for any other
    protected Object call(Producer<byte[], byte[]> producer, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("send")) {
            String topic = sent(arguments).topic();
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
                        proceed(producer, method, arguments);
                    }
                }
                case NONE, EFFECT_LOST, EFFECT_DOUBLED, HEALTHY_REFUSED, CONTENT_TOLD -> {
                    // Not Kafka's.
                }
            }
        }
        return proceed(producer, method, arguments);
    }
}
