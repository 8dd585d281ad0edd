package io.waybill.inbound;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.inbound.execute.AttemptRunner;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import io.waybill.inbound.topology.Alerts;
import io.waybill.inbound.topology.MailboxSightings;
import io.waybill.inbound.topology.PointerJobTopology;
import io.waybill.inbound.topology.ProbePolicy;
import io.waybill.inbound.topology.RetryPolicy;
import io.waybill.inbound.topology.StageContext;
import io.waybill.inbound.topology.Stopping;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The pipeline of one process as production builds it: page, stores, settings, clients and the question whether a former owner died.
 * Only the runner is somebody else's, and nothing waits for topics or mailboxes.
 */
public final class PipelineInstance implements AutoCloseable {
    /** The consumer group. */
    public static final String APPLICATION_ID = StreamsSettings.APPLICATION_ID;

    private static final Duration HAND_IN_LIMIT = Duration.ofSeconds(8);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final Stopping stopping = new Stopping();
    private final Counter duplicates;
    private final Dispatcher dispatcher;
    private final KafkaStreams streams;

    /**
     * Builds it; {@link #streams} starts it.
     *
     * @param state where the stores are
     * @param life names the process, unlike any before
     * @param standbys copies of each task's stores in other processes
     * @param deadline of an attempt
     */
    public PipelineInstance(
            String servers,
            Path state,
            String life,
            int standbys,
            Duration deadline,
            MailboxDirectory mailboxes,
            AttemptRunner runner) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        duplicates = meters.counter("waybill.jobs.duplicates", "of", "settled");
        Permits permits = new Permits(Permits.DEFAULTS.tenant(), Permits.DEFAULTS.process(), deadline);
        dispatcher = new Dispatcher(permits, runner, Clock.systemUTC());
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(
                builder,
                new StageContext(
                        APPLICATION_ID,
                        life,
                        mailboxes,
                        dispatcher,
                        RetryPolicy.DEFAULTS,
                        ProbePolicy.DEFAULTS,
                        StageContext.SETTLED_HORIZON,
                        CommitCountingClients::commitsOfThisThread,
                        new GroupLives(Map.of("bootstrap.servers", servers)),
                        stopping,
                        new Alerts(),
                        new MailboxSightings(mailboxes, meters),
                        meters,
                        RandomGenerator.getDefault()));
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
        StreamsSettings.apply(config, state, life);
        streams = new KafkaStreams(builder.build(), config, new CommitCountingClients());
    }

    /** How long the group waits for a process that says nothing. */
    public static Duration sessionTimeout() {
        Properties config = new Properties();
        StreamsSettings.apply(config, Path.of("none"), "none");
        return Duration.ofMillis(
                (int) config.get(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)));
    }

    public KafkaStreams streams() {
        return streams;
    }

    /** Records of settled jobs that were dropped. */
    public long duplicates() {
        return (long) duplicates.count();
    }

    /** Stops it as production does: what runs is handed in first, and the group hears of it. */
    @Override
    public void close() throws InterruptedException {
        if (streams.state() == KafkaStreams.State.RUNNING && !stopping.requestAndAwait(HAND_IN_LIMIT)) {
            System.err.println("not every task handed in its running jobs in time");
        }
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_LIMIT));
        dispatcher.close();
    }
}
