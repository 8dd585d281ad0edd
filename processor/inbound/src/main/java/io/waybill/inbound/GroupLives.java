package io.waybill.inbound;

import io.waybill.inbound.topology.Lives;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;

/**
 * A process is alive while it is a member of the Streams group. One that was killed has been put out of the group before its tasks are
 * given to another: the rebalance waits for its session to end.
 */
final class GroupLives implements Lives {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** Many tasks ask at the same moment, on threads that have others to look after: one of them asks the broker. */
    private static final Duration FRESH = Duration.ofMillis(500);

    private final Map<String, Object> clientConfig;

    // Guarded by this: who asks meanwhile waits for the same answer.
    private Optional<Set<String>> members = Optional.empty();
    private long askedAt;

    GroupLives(Map<String, Object> clientConfig) {
        this.clientConfig = clientConfig;
    }

    @Override
    public synchronized boolean isAlive(String life) {
        if (members.isEmpty() || System.nanoTime() - askedAt > FRESH.toNanos()) {
            members = ask();
            askedAt = System.nanoTime();
        }
        String member = StreamsSettings.clientId(life);
        return members.map(ids -> ids.stream().anyMatch(id -> id.startsWith(member)))
                .orElse(true);
    }

    /** The client ids of the group; empty where nobody can tell. */
    private Optional<Set<String>> ask() {
        try (Admin admin = Admin.create(clientConfig)) {
            return Optional.of(admin
                    .describeConsumerGroups(List.of(StreamsSettings.APPLICATION_ID))
                    .all()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(StreamsSettings.APPLICATION_ID)
                    .members()
                    .stream()
                    .map(MemberDescription::clientId)
                    .collect(Collectors.toSet()));
        } catch (ExecutionException | TimeoutException | KafkaException unknown) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
