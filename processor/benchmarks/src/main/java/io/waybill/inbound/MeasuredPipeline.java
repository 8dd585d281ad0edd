package io.waybill.inbound;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
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
import java.util.List;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;

/** The pipeline: the real page, stores, settings and transactions. What an attempt does is the caller's. */
public final class MeasuredPipeline implements AutoCloseable {
    private static final Duration HAND_IN_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);
    private static final String LIFE = "measured";

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Counter handled = meters.counter("waybill.jobs.outcomes", "result", "handled");
    private final Stopping stopping = new Stopping();
    private final Dispatcher dispatcher;
    private final KafkaStreams streams;

    private MeasuredPipeline(Properties config, List<Mailbox> mailboxes, int permits, AttemptRunner attempts) {
        MailboxDirectory directory = new InMemoryMailboxDirectory(mailboxes.toArray(Mailbox[]::new));
        dispatcher =
                new Dispatcher(new Permits(permits, permits, Permits.DEFAULTS.deadline()), attempts, Clock.systemUTC());
        StageContext shared = new StageContext(
                config.getProperty(StreamsConfig.APPLICATION_ID_CONFIG),
                LIFE,
                directory,
                dispatcher,
                RetryPolicy.DEFAULTS,
                ProbePolicy.DEFAULTS,
                StageContext.SETTLED_HORIZON,
                CommitCountingClients::commitsOfThisThread,
                _ -> true,
                stopping,
                new Alerts(),
                new MailboxSightings(directory, meters),
                meters,
                RandomGenerator.getDefault());
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(builder, shared);
        streams = new KafkaStreams(builder.build(), config, new CommitCountingClients());
    }

    /**
     * The settings of production, with another name.
     *
     * @param applicationId new state and new offsets begin with a new one
     */
    public static Properties config(String bootstrapServers, String applicationId, Path stateDir) {
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        StreamsSettings.apply(config, stateDir, LIFE);
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        return config;
    }

    /**
     * @param permits attempts that may run at once, also of one tenant
     * @param failed told of what ends a stream thread
     */
    public static MeasuredPipeline start(
            Properties config,
            List<Mailbox> mailboxes,
            int permits,
            AttemptRunner attempts,
            StreamsUncaughtExceptionHandler failed) {
        MeasuredPipeline pipeline = new MeasuredPipeline(config, mailboxes, permits, attempts);
        pipeline.streams.setUncaughtExceptionHandler(failed);
        pipeline.streams.start();
        return pipeline;
    }

    /** Jobs handled so far; the last of them may not be committed yet. */
    public long handled() {
        return (long) handled.count();
    }

    /** Rows that found no room in memory and went to disk. */
    public long overflowed() {
        return (long) meters.counter("waybill.jobs.overflowed").count();
    }

    /** Stops as the processor does: what runs ends or is handed in, then everything is committed. */
    @Override
    public void close() throws InterruptedException {
        stopping.requestAndAwait(HAND_IN_LIMIT);
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_LIMIT));
        dispatcher.close();
    }
}
