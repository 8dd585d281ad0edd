package io.waybill.inbound;

import io.waybill.benchmarks.fairness.Role;
import io.waybill.benchmarks.fairness.TroubledServers;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.inbound.execute.Dispatcher;
import io.waybill.inbound.execute.Permits;
import io.waybill.inbound.topology.RetryPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
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
        try (PipelineInstance pipeline = pipeline(arguments[0], Path.of(arguments[1]), servers)) {
            KafkaStreams streams = pipeline.streams();
            streams.setUncaughtExceptionHandler(failure -> {
                failure.printStackTrace();
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
            streams.start();
            while (streams.state() != KafkaStreams.State.RUNNING) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            try (StreamThreadTimes times = StreamThreadTimes.watch(streams)) {
                obey(streams, servers, pipeline.dispatcher(), times);
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

    private static PipelineInstance pipeline(String servers, Path state, TroubledServers mail) {
        String life = "benchmark";
        Properties config = PipelineInstance.config(servers, state, life);
        config.put(StreamsConfig.METRICS_SAMPLE_WINDOW_MS_CONFIG, StreamThreadTimes.WINDOW.toMillis());
        return new PipelineInstance(
                config,
                PipelineInstance.Parts.of(life, new InMemoryMailboxDirectory(Role.all()), Permits.DEFAULTS, mail)
                        .with(RETRIES));
    }
}
