package io.waybill.inbound;

import io.waybill.inbound.topology.Lives;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;

/**
 * A process is alive while it is a member of the Streams group. One that was killed has been put out of the group before its tasks are
 * given to another: the rebalance waits for its session to end.
 */
final class GroupLives implements Lives {
    /** Until then nothing of the tasks that moved runs. */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** All tasks that move ask at the same moment: one answer is for all. */
    private static final Duration FRESH = Duration.ofMillis(500);

    private final Map<String, Object> clientConfig;

    // Guarded by this.
    private CompletableFuture<Predicate<String>> answer;
    private long askedAt;

    GroupLives(Map<String, Object> clientConfig) {
        this.clientConfig = clientConfig;
    }

    @Override
    public synchronized CompletableFuture<Predicate<String>> ask() {
        if (answer == null || System.nanoTime() - askedAt > FRESH.toNanos()) {
            askedAt = System.nanoTime();
            answer = CompletableFuture.supplyAsync(
                    this::alive, task -> Thread.ofVirtual().name("group-lives").start(task));
        }
        return answer;
    }

    private Predicate<String> alive() {
        try {
            Set<String> members = members();
            return life -> members.stream().anyMatch(id -> id.startsWith(StreamsSettings.clientId(life)));
        } catch (ExecutionException | TimeoutException | KafkaException unknown) {
            return _ -> true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return _ -> true;
        }
    }

    /** The client ids of the group. */
    private Set<String> members() throws ExecutionException, TimeoutException, InterruptedException {
        Admin admin = Admin.create(clientConfig);
        try {
            return admin
                    .describeConsumerGroups(List.of(StreamsSettings.APPLICATION_ID))
                    .all()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .get(StreamsSettings.APPLICATION_ID)
                    .members()
                    .stream()
                    .map(MemberDescription::clientId)
                    .collect(Collectors.toSet());
        } finally {
            // Otherwise it waits for a broker that does not answer.
            admin.close(Duration.ZERO);
        }
    }
}
