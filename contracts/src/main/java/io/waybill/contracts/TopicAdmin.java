package io.waybill.contracts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Brings the topics into being and says where a cluster differs from {@link Topics}. Throws KafkaException where the cluster cannot
 * be asked; how long that takes is the client's {@code default.api.timeout.ms}.
 */
public final class TopicAdmin {
    private static final String MIN_IN_SYNC = "min.insync.replicas";

    private TopicAdmin() {}

    /** Where the cluster is not as it should be. */
    public sealed interface Difference {
        /** The topic that differs. */
        Topic topic();

        /** One sentence for an operator. */
        String text();

        /** Whether the processor must not start with it: work would be lost or go nowhere. */
        boolean blocking();

        /** The topic is not there. */
        record Missing(Topic topic) implements Difference {
            @Override
            public String text() {
                return topic + " does not exist";
            }

            @Override
            public boolean blocking() {
                return true;
            }
        }

        /** A retry goes back to the task that owns the mailbox only where both topics have as many partitions. */
        record Partitions(Topic topic, int found, Topic other, int others) implements Difference {
            @Override
            public String text() {
                return topic + " has " + found + " partitions and " + other + " has " + others + ": they must be equal";
            }

            @Override
            public boolean blocking() {
                return true;
            }
        }

        /** A setting of the topic is another. */
        record Setting(Topic topic, String name, String wanted, String found) implements Difference {
            @Override
            public String text() {
                return topic + " has " + name + "=" + found + ", wanted is " + wanted;
            }

            @Override
            public boolean blocking() {
                return false;
            }
        }
    }

    /**
     * Creates the topics that are missing and leaves those alone that are there. Safe to repeat, also by several at once.
     *
     * @param partitions of every topic that is keyed by mailbox or job, 1 and up; fixed from here on
     * @param replication copies of each, or -1 for the cluster's default; from 3 on, two must have a record before it is acknowledged
     * @return the topics that this call created
     */
    public static List<Topic> create(Admin admin, int partitions, int replication) throws InterruptedException {
        Set<String> existing = describe(admin).keySet();
        List<NewTopic> missing = Topics.ALL.stream()
                .filter(topic -> !existing.contains(topic.name()))
                .map(topic -> newTopic(topic, partitions, replication))
                .toList();
        Set<String> created = new HashSet<>();
        for (Map.Entry<String, KafkaFuture<Void>> answer :
                admin.createTopics(missing).values().entrySet()) {
            if (succeeded(answer.getValue())) {
                created.add(answer.getKey());
            }
        }
        return Topics.ALL.stream()
                .filter(topic -> created.contains(topic.name()))
                .toList();
    }

    /** All differences, in the order of {@link Topics#ALL}; empty where the cluster is as it should be. */
    public static List<Difference> check(Admin admin) throws InterruptedException {
        Map<String, TopicDescription> found = describe(admin);
        List<ConfigResource> resources =
                found.keySet().stream().map(TopicAdmin::resource).toList();
        Map<ConfigResource, Config> configs =
                await(admin.describeConfigs(resources).all());
        List<Difference> differences = new ArrayList<>();
        for (Topic topic : Topics.ALL) {
            TopicDescription description = found.get(topic.name());
            if (description == null) {
                differences.add(new Difference.Missing(topic));
            } else {
                compare(topic, replicas(description), configs.get(resource(topic.name())), differences);
            }
        }
        TopicDescription pointers = found.get(Topics.POINTERS.name());
        TopicDescription retry = found.get(Topics.RETRY.name());
        if (pointers != null
                && retry != null
                && pointers.partitions().size() != retry.partitions().size()) {
            differences.add(new Difference.Partitions(
                    Topics.RETRY,
                    retry.partitions().size(),
                    Topics.POINTERS,
                    pointers.partitions().size()));
        }
        return List.copyOf(differences);
    }

    private static void compare(Topic topic, int replicas, Config config, List<Difference> differences) {
        topic.config().forEach((name, wanted) -> {
            ConfigEntry entry = config.get(name);
            String is = entry == null ? "" : entry.value();
            if (!wanted.equals(is)) {
                differences.add(new Difference.Setting(topic, name, wanted, is));
            }
        });
        ConfigEntry inSync = config.get(MIN_IN_SYNC);
        if (replicas >= 3 && inSync != null && inSync.value().equals("1")) {
            differences.add(new Difference.Setting(topic, MIN_IN_SYNC, "2", "1"));
        }
    }

    private static NewTopic newTopic(Topic topic, int partitions, int replication) {
        Map<String, String> config = new HashMap<>(topic.config());
        if (replication >= 3) {
            // An acknowledgement by one broker alone would not outlive that broker.
            config.put(MIN_IN_SYNC, "2");
        }
        // What is read whole by everybody, or by people, gains nothing from more than one partition.
        boolean single = topic.equals(Topics.CONTROLS) || topic.equals(Topics.REDRIVES);
        return new NewTopic(topic.name(), single ? 1 : partitions, (short) replication).configs(config);
    }

    private static Map<String, TopicDescription> describe(Admin admin) throws InterruptedException {
        List<String> names = Topics.ALL.stream().map(Topic::name).toList();
        Map<String, TopicDescription> found = new HashMap<>();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> answer :
                admin.describeTopics(names).topicNameValues().entrySet()) {
            unlessMissing(answer.getValue()).ifPresent(description -> found.put(answer.getKey(), description));
        }
        return found;
    }

    private static int replicas(TopicDescription description) {
        return description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** False where somebody else was faster. */
    private static boolean succeeded(KafkaFuture<Void> creation) throws InterruptedException {
        try {
            await(creation);
            return true;
        } catch (TopicExistsException exists) {
            return false;
        }
    }

    private static Optional<TopicDescription> unlessMissing(KafkaFuture<TopicDescription> description)
            throws InterruptedException {
        try {
            return Optional.of(await(description));
        } catch (UnknownTopicOrPartitionException missing) {
            return Optional.empty();
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException known ? known : new KafkaException(failed.getCause());
        }
    }
}
