package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.Topic;
import io.waybill.contracts.TopicAdmin;
import io.waybill.contracts.Topics;
import io.waybill.inbound.topology.OldSettlements;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics new, so that no round finds what another left. */
final class BenchmarkTopics {
    static final int PARTITIONS = 8;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Admin admin;

    BenchmarkTopics(Admin admin) {
        this.admin = admin;
    }

    /** Where arms write. */
    void renewOutputs() throws InterruptedException, ExecutionException {
        renew(List.of(Topics.OUTCOMES, Topics.RETRY, Topics.DEAD_LETTERS));
    }

    /** Where they read. */
    void renewInput() throws InterruptedException, ExecutionException {
        renew(List.of(Topics.POINTERS));
    }

    private void renew(List<Topic> topics) throws InterruptedException, ExecutionException {
        delete(topics.stream().map(Topic::name).toList());
        TopicAdmin.create(admin, PARTITIONS, 1);
        for (Topic topic : topics) {
            awaitLeaders(topic.name());
        }
    }

    void createChangelogOfSettled(String applicationId) throws InterruptedException, ExecutionException {
        admin.createTopics(List.of(new NewTopic(OldSettlements.changelog(applicationId), PARTITIONS, (short) 1)
                        .configs(OldSettlements.changelogConfig())))
                .all()
                .get();
        awaitLeaders(OldSettlements.changelog(applicationId));
    }

    /**
     * Returns when each partition can be written: of several batches on their way to one that is not ready yet the first may be turned
     * away and the second taken, and then the first is refused for two minutes.
     */
    private void awaitLeaders(String topic) throws InterruptedException, ExecutionException {
        await(topic + " is known to the broker", () -> existing().contains(topic));
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        await(topic + " has its leaders", () -> {
            try {
                admin.listOffsets(ends).all().get();
                return true;
            } catch (ExecutionException notYet) {
                if (notYet.getCause() instanceof UnknownTopicOrPartitionException) {
                    return false;
                }
                throw notYet;
            }
        });
    }

    /** Deletes all that an application kept for itself. */
    void deleteTopicsOf(String applicationId) throws InterruptedException, ExecutionException {
        delete(admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(applicationId + "-"))
                .toList());
    }

    /** Returns when the broker knows nothing of them any more. */
    private void delete(List<String> names) throws InterruptedException, ExecutionException {
        List<String> left = new ArrayList<>(names);
        left.retainAll(existing());
        admin.deleteTopics(left).all().get();
        await(left + " are gone", () -> existing().stream().noneMatch(left::contains));
    }

    private Set<String> existing() throws InterruptedException, ExecutionException {
        return admin.listTopics().names().get();
    }

    /** Something that the broker says. */
    private interface Condition {
        boolean holds() throws InterruptedException, ExecutionException;
    }

    private static void await(String what, Condition condition) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + LIMIT + ": " + what);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
