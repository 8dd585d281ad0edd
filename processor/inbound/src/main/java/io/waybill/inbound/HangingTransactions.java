package io.waybill.inbound;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.contracts.Topic;
import io.waybill.contracts.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends transactions that hang: a partition of ours holds one open of which no coordinator knows, as can be left when a broker goes while a
 * batch is on its way to it. Whoever reads what is committed stops there: the partition's jobs stand still, and a task that is restored
 * from it is never done, in whatever process. It is what {@code kafka-transactions.sh find-hanging} and {@code abort} do by hand (KIP-664).
 *
 * <p>What is written into the partition is an abort, so nothing becomes visible that was not committed; and a broker takes it only while the
 * producer has not gone on since.
 */
final class HangingTransactions implements AutoCloseable {
    /** Ours last three seconds at most, and a coordinator ends its own soon after: none that it knows of is open for so long. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(15);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** Where coordinators keep what they know. */
    private static final String COORDINATORS = "__transaction_state";

    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);

    private final Map<String, Object> clientConfig;
    private final LongSupplier nanos;
    private final Counter ended;
    /** Since when each has been seen open. */
    private final Map<Open, Long> seen = new HashMap<>();

    private Thread thread;

    /** A transaction that is open in a partition. */
    private record Open(TopicPartition partition, long producerId, int epoch, int coordinatorEpoch, long startOffset) {}

    /** @param nanos a monotonic clock */
    HangingTransactions(Map<String, Object> clientConfig, LongSupplier nanos, MeterRegistry meters) {
        this.clientConfig = clientConfig;
        this.nanos = nanos;
        this.ended = meters.counter("waybill.transactions.hanging");
    }

    /** Looks now and then from now on. */
    void start() {
        thread = Thread.ofPlatform().name("hanging-transactions").daemon().start(this::lookOn);
    }

    private void lookOn() {
        String told = "";
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS.toMillis());
                String failure = tryLook();
                // Once for each outage: what keeps us from it may last.
                if (!failure.isEmpty() && !failure.equals(told)) {
                    LOG.atWarn().addKeyValue("cause", failure).log("transactions_not_looked_at");
                }
                told = failure;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The class of what went wrong, or an empty text. */
    private String tryLook() throws InterruptedException {
        try {
            look();
            return "";
        } catch (ExecutionException failed) {
            return failed.getCause().getClass().getName();
        } catch (TimeoutException | KafkaException failed) {
            return failed.getClass().getName();
        }
    }

    /**
     * Looks once, and ends those that hang and have been seen open for long enough.
     *
     * @return how many
     */
    int look() throws ExecutionException, TimeoutException, InterruptedException {
        Admin admin = Admin.create(clientConfig);
        try {
            Set<Open> open = open(admin);
            long now = nanos.getAsLong();
            seen.keySet().retainAll(open);
            open.forEach(each -> seen.putIfAbsent(each, now));
            List<Open> old = open.stream()
                    .filter(each -> now - seen.get(each) >= PATIENCE.toNanos())
                    .toList();
            return old.isEmpty() || !coordinatorsAreThere(admin) ? 0 : endUnknown(admin, old);
        } finally {
            // Otherwise it waits for a broker that does not answer.
            admin.close(Duration.ZERO);
        }
    }

    private static Set<Open> open(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        Set<String> ours = Topics.ALL.stream().map(Topic::name).collect(Collectors.toSet());
        List<String> topics = get(admin.listTopics().names()).stream()
                .filter(name -> ours.contains(name) || name.startsWith(StreamsSettings.APPLICATION_ID + "-"))
                .toList();
        List<TopicPartition> partitions = get(admin.describeTopics(topics).allTopicNames()).values().stream()
                .flatMap(topic -> partitions(topic).stream())
                .toList();
        Set<Open> open = new HashSet<>();
        get(admin.describeProducers(partitions).all())
                .forEach((partition, producers) -> open.addAll(open(partition, producers)));
        return open;
    }

    /** Those that have a leader to ask. */
    private static List<TopicPartition> partitions(TopicDescription topic) {
        return topic.partitions().stream()
                .filter(partition -> partition.leader() != null)
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .toList();
    }

    private static List<Open> open(TopicPartition partition, PartitionProducerState producers) {
        List<Open> open = new ArrayList<>();
        producers.activeProducers().forEach(producer -> {
            if (producer.currentTransactionStartOffset().isPresent()) {
                open.add(new Open(
                        partition,
                        producer.producerId(),
                        producer.producerEpoch(),
                        // Of a producer that never ended one before there is none: the broker takes 0 then.
                        producer.coordinatorEpoch().orElse(0),
                        producer.currentTransactionStartOffset().getAsLong()));
            }
        });
        return open;
    }

    /** Only where all of them can be asked is one that nobody knows really unknown. */
    private static boolean coordinatorsAreThere(Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        return get(admin.describeTopics(List.of(COORDINATORS)).allTopicNames()).values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.leader() != null);
    }

    private int endUnknown(Admin admin, List<Open> old)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<Long, Set<TopicPartition>> known =
                known(admin, old.stream().map(Open::producerId).collect(Collectors.toSet()));
        int count = 0;
        for (Open open : old) {
            if (!known.getOrDefault(open.producerId(), Set.of()).contains(open.partition()) && end(admin, open)) {
                count++;
            }
        }
        return count;
    }

    /** The partitions of each producer's transaction, as its coordinator has it. One that is being ended has its partitions still. */
    private static Map<Long, Set<TopicPartition>> known(Admin admin, Set<Long> producers)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<String> ids =
                get(admin.listTransactions(new ListTransactionsOptions().filterProducerIds(producers))
                                .all())
                        .stream()
                        .map(TransactionListing::transactionalId)
                        .toList();
        Map<Long, Set<TopicPartition>> known = new HashMap<>();
        for (TransactionDescription transaction :
                get(admin.describeTransactions(ids).all()).values()) {
            known.put(transaction.producerId(), transaction.topicPartitions());
        }
        return known;
    }

    /** Whether the brokers took it. */
    private boolean end(Admin admin, Open open) throws InterruptedException, TimeoutException {
        var log = LOG.atWarn()
                .addKeyValue("topic", open.partition().topic())
                .addKeyValue("partition", open.partition().partition())
                .addKeyValue("start_offset", open.startOffset())
                .addKeyValue("producer_id", open.producerId());
        try {
            get(admin.abortTransaction(new AbortTransactionSpec(
                            open.partition(), open.producerId(), (short) open.epoch(), open.coordinatorEpoch()))
                    .all());
            ended.increment();
            log.log("hanging_transaction_ended");
            return true;
        } catch (ExecutionException refused) {
            // Nothing beyond it is read until somebody may do it.
            log.addKeyValue("cause", refused.getCause().getClass().getName())
                    .addKeyValue("help", "kafka-transactions.sh abort --topic --partition --start-offset")
                    .log("hanging_transaction_not_ended");
            return false;
        }
    }

    private static <T> T get(KafkaFuture<T> answer) throws ExecutionException, TimeoutException, InterruptedException {
        return answer.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
