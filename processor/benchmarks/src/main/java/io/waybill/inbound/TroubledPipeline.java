package io.waybill.inbound;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.benchmarks.fairness.Role;
import io.waybill.benchmarks.fairness.TroubledServers;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import io.waybill.inbound.topology.Alerts;
import io.waybill.inbound.topology.MailboxSightings;
import io.waybill.inbound.topology.PointerJobTopology;
import io.waybill.inbound.topology.ProbePolicy;
import io.waybill.inbound.topology.RetryPolicy;
import io.waybill.inbound.topology.StageContext;
import io.waybill.inbound.topology.Stopping;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * The pipeline of the fairness benchmark as a process: the real page, stores, settings and permits before {@link TroubledServers}. It is
 * told what to do by lines of its standard input, answers each with a line, and ends with it.
 *
 * <pre>TroubledPipeline BOOTSTRAP_SERVERS STATE_DIRECTORY FETCH_MS</pre>
 */
public final class TroubledPipeline {
    public static final String GROUP = StreamsSettings.APPLICATION_ID;
    /** Begins each line that is an answer: libraries write to standard output, too. */
    public static final String ANSWER = "pipeline: ";
    /** Said once it works, and after each order that has no other answer. */
    public static final String READY = "ready";
    /** Then roles with commas between them: they make trouble, and nobody else. */
    public static final String TROUBLE = "trouble";
    /** Answered with the figures of {@link StreamThreadTimes}, attempts running, attempts queued. */
    public static final String LOOK = "look";

    /** As by default, but for the longest delay: what was throttled in one phase must be done before the next. */
    private static final RetryPolicy RETRIES =
            new RetryPolicy(8, Duration.ofSeconds(5), 3, Duration.ofSeconds(20), Duration.ofHours(72));

    private TroubledPipeline() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: TroubledPipeline BOOTSTRAP_SERVERS STATE_DIRECTORY FETCH_MS");
            System.exit(2);
        }
        TroubledServers servers = new TroubledServers(Duration.ofMillis(Long.parseLong(arguments[2])));
        try (Dispatcher dispatcher = new Dispatcher(Permits.DEFAULTS, servers, Clock.systemUTC());
                KafkaStreams streams = streams(arguments[0], Path.of(arguments[1]), dispatcher)) {
            streams.setUncaughtExceptionHandler(failure -> {
                failure.printStackTrace();
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            while (streams.state() != KafkaStreams.State.RUNNING) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            try (StreamThreadTimes times = StreamThreadTimes.watch(streams)) {
                obey(streams, servers, dispatcher, times);
            }
            // Nobody may wait for the ends of what hangs.
            servers.trouble("");
        }
    }

    private static void obey(
            KafkaStreams streams, TroubledServers servers, Dispatcher dispatcher, StreamThreadTimes times)
            throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        answer(READY);
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (streams.state() != KafkaStreams.State.RUNNING) {
                answer("the streams are " + streams.state());
            } else if (order.equals(LOOK)) {
                answer(times.take() + String.format(Locale.ROOT, " %d %d", dispatcher.running(), dispatcher.queued()));
            } else if (order.startsWith(TROUBLE)) {
                servers.trouble(order.substring(TROUBLE.length()).strip());
                answer(READY);
            } else {
                answer("unknown order: " + order);
            }
        }
    }

    private static void answer(String line) {
        System.out.println(ANSWER + line);
        System.out.flush();
    }

    private static KafkaStreams streams(String servers, Path state, Dispatcher dispatcher) {
        MailboxDirectory known = new InMemoryMailboxDirectory(Role.all());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        StageContext shared = new StageContext(
                "benchmark",
                "benchmark",
                known,
                dispatcher,
                RETRIES,
                ProbePolicy.DEFAULTS,
                StageContext.SETTLED_HORIZON,
                CommitCountingClients::commitsOfThisThread,
                _ -> true,
                new Stopping(),
                new Alerts(),
                new MailboxSightings(known, meters),
                meters,
                RandomGenerator.getDefault());
        StreamsBuilder builder = new StreamsBuilder();
        PointerJobTopology.build(builder, shared);
        Properties config = new Properties();
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
        config.put(StreamsConfig.METRICS_SAMPLE_WINDOW_MS_CONFIG, StreamThreadTimes.WINDOW.toMillis());
        StreamsSettings.apply(config, state, "benchmark");
        return new KafkaStreams(builder.build(), config, new CommitCountingClients());
    }
}
