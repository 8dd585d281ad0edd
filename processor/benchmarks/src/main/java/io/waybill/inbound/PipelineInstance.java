package io.waybill.inbound;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.inbound.execute.AttemptRunner;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import io.waybill.inbound.topology.Alerts;
import io.waybill.inbound.topology.Lives;
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
 * The pipeline of one process as production builds it: page, stores, settings, clients and transactions. What an attempt does is the
 * caller's, and nothing waits for topics or mailboxes.
 */
public final class PipelineInstance implements AutoCloseable {
    /** The consumer group, unless the settings name another. */
    public static final String APPLICATION_ID = StreamsSettings.APPLICATION_ID;

    private static final Duration HAND_IN_LIMIT = Duration.ofSeconds(8);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Stopping stopping = new Stopping();
    private final Dispatcher dispatcher;
    private final KafkaStreams streams;

    /**
     * What differs from one measurement to another.
     *
     * @param life names the process, unlike any before where {@code lives} tells them apart
     * @param lives tells which earlier owners died
     */
    public record Parts(
            String life,
            MailboxDirectory mailboxes,
            Permits permits,
            RetryPolicy retries,
            Lives lives,
            AttemptRunner runner) {
        /** Nobody dies here. */
        public static Parts of(String life, MailboxDirectory mailboxes, Permits permits, AttemptRunner runner) {
            return new Parts(life, mailboxes, permits, RetryPolicy.DEFAULTS, Lives.known(_ -> true), runner);
        }

        public Parts with(RetryPolicy other) {
            return new Parts(life, mailboxes, permits, other, lives, runner);
        }

        /** Who died is asked of the group, as in production. */
        public Parts withDeaths(String servers) {
            Lives group = new GroupLives(Map.of("bootstrap.servers", servers));
            return new Parts(life, mailboxes, permits, retries, group, runner);
        }
    }

    /**
     * The settings of production.
     *
     * @param state where the stores are
     */
    public static Properties config(String servers, Path state, String life) {
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        StreamsSettings.apply(config, state, life);
        return config;
    }

    /** Builds it; {@link #streams} starts it. */
    public PipelineInstance(Properties config, Parts parts) {
        dispatcher = new Dispatcher(parts.permits(), parts.runner(), Clock.systemUTC());
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(
                builder,
                new StageContext(
                        config.getProperty(StreamsConfig.APPLICATION_ID_CONFIG),
                        parts.life(),
                        parts.mailboxes(),
                        dispatcher,
                        parts.retries(),
                        ProbePolicy.DEFAULTS,
                        StageContext.SETTLED_HORIZON,
                        CommitCountingClients::commitsOfThisThread,
                        parts.lives(),
                        stopping,
                        new Alerts(),
                        new MailboxSightings(parts.mailboxes(), meters),
                        meters,
                        RandomGenerator.getDefault()));
        streams = new KafkaStreams(builder.build(), config, new CommitCountingClients());
    }

    /** How long the group waits for a process that says nothing. */
    public static Duration sessionTimeout() {
        return Duration.ofMillis((int) config("nowhere", Path.of("none"), "none")
                .get(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)));
    }

    public KafkaStreams streams() {
        return streams;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Jobs handled so far; the last of them may not be committed yet. */
    public long handled() {
        return (long)
                meters.counter("waybill.jobs.outcomes", "result", "handled").count();
    }

    /** Rows that found no room in memory and went to disk. */
    public long overflowed() {
        return (long) meters.counter("waybill.jobs.overflowed").count();
    }

    /** Records of settled jobs that were dropped. */
    public long duplicates() {
        return (long) meters.counter("waybill.jobs.duplicates", "of", "settled").count();
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
