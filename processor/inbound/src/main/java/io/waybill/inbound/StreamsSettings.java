package io.waybill.inbound;

import io.waybill.inbound.topology.RocksMemory;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams as this pipeline needs it. What an operator set under {@code kafka.streams.default} wins, but for correctness. */
final class StreamsSettings {
    /** Part of the names of changelogs and consumer group: changing it begins with empty state. */
    static final String APPLICATION_ID = "waybill-inbound";

    private StreamsSettings() {}

    /** Begins the client id, by which the group's members show which process they are. */
    static String clientId(String life) {
        return APPLICATION_ID + "-" + life;
    }

    static void apply(Properties config, Path stateDir, String life) {
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        config.put(StreamsConfig.CLIENT_ID_CONFIG, clientId(life));
        // Row, index, settled, cursor and outputs change in one transaction: with less, a crash loses or doubles jobs.
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // A killed instance's transaction blocks its partitions for as long as this.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 3_000);

        config.putIfAbsent(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        // An outcome waits half of it, and a job after a death once more.
        config.putIfAbsent(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
        config.putIfAbsent(
                StreamsConfig.NUM_STREAM_THREADS_CONFIG,
                Math.max(1, Runtime.getRuntime().availableProcessors()));
        config.putIfAbsent(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
        // The loop must come back to completions while nothing arrives.
        config.putIfAbsent(StreamsConfig.POLL_MS_CONFIG, 10);
        // A commit makes records readable, and sends what there is. To send earlier makes more batches, and leaves
        // a transaction open where the process is killed. The pointer topics refuse a batch of more than 64 KiB.
        config.putIfAbsent(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 100);
        config.putIfAbsent(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 60_000);
        // Order across the two sources does not matter.
        config.putIfAbsent(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, -1L);
        config.putIfAbsent(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
        config.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 8_000);
        // Who lives is told of a rebalance by its next heartbeat: a takeover lasts as long at most beyond the session.
        config.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
        // A stream thread that does not come back, while its process lives, holds up its partitions and whoever joins:
        // a rebalance waits for all members, so long and not for five minutes. What a thread waits for in one turn,
        // answers of the brokers, must be less in sum.
        config.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), 90_000);
        config.putIfAbsent(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), 15_000);
        config.putIfAbsent(StreamsConfig.consumerPrefix(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG), 30_000);
        config.putIfAbsent(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.putIfAbsent(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 20_000);
        config.putIfAbsent(
                StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 * 1024 * 1024);
        config.putIfAbsent(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG), 2 * 1024 * 1024);
        config.putIfAbsent(StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG), "LogAppendTime");
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class);
    }
}
