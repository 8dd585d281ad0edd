package io.waybill.inbound;

import io.waybill.inbound.topology.Lives;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * A process is alive while it is a member of the Streams group. One that was killed has been put out of the group before its tasks are
 * given to another: the rebalance waits for its session to end.
 */
final class GroupLives implements Lives {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final Map<String, Object> clientConfig;

    GroupLives(Map<String, Object> clientConfig) {
        this.clientConfig = clientConfig;
    }

    @Override
    public boolean isAlive(String life) {
        String member = StreamsSettings.clientId(life);
        try (Admin admin = Admin.create(clientConfig)) {
            return admin
                    .describeConsumerGroups(List.of(StreamsSettings.APPLICATION_ID))
                    .all()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(StreamsSettings.APPLICATION_ID)
                    .members()
                    .stream()
                    .anyMatch(found -> found.clientId().startsWith(member));
        } catch (ExecutionException | TimeoutException | KafkaException unknown) {
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
