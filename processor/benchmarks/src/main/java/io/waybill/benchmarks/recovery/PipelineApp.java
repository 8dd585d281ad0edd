package io.waybill.benchmarks.recovery;

import io.waybill.inbound.PipelineInstance;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.Permits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.LagInfo;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * The pipeline as a process of its own. It says what becomes of it on its standard output, a line for each event, and stops when its
 * standard input ends.
 *
 * <pre>
 * pipeline: 1790000000000 state RUNNING  the time in milliseconds, a word, what it is
 *               owns 0,1,2               its tasks, whenever they change
 *               standbys 3,4             tasks that it has a copy of
 *               lag 17                   records that its copies lack
 *               restored settled 0 125   a store of a partition is complete, and how many records it took
 *               fetched                  the first fetch began
 *               duplicates 3             records of settled jobs that were dropped so far
 *               replaced SomeException   a stream thread failed
 * </pre>
 */
final class PipelineApp {
    /** Begins what it says: others print there, too. */
    static final String MARK = "pipeline: ";

    private static final String USAGE = """
        usage: PipelineApp <bootstrap servers> <state directory> <life> <fetch> <standbys>
          life      names this process, unlike any before it
          fetch     milliseconds, or hang
          standbys  copies of each task in other processes, 0 and up\
        """;

    /** A fetch that hangs is not to end by its deadline. */
    private static final Duration DEADLINE = Duration.ofHours(1);

    private static final Duration LOOK = Duration.ofMillis(10);
    /** Each asks the broker. */
    private static final Duration ASK = Duration.ofMillis(500);

    private final Fetch fetch;
    private final PipelineInstance pipeline;
    private final AtomicBoolean fetched = new AtomicBoolean();
    private String owned = "";
    private String copied = "";
    private long duplicates;

    private PipelineApp(String servers, Path state, String life, Fetch fetch, int standbys) {
        this.fetch = fetch;
        Properties config = PipelineInstance.config(servers, state, life);
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
        Permits permits = new Permits(Permits.DEFAULTS.tenant(), Permits.DEFAULTS.process(), DEADLINE);
        pipeline = new PipelineInstance(
                config,
                PipelineInstance.Parts.of(life, Mailboxes.directory(), permits, (_, _) -> fetch())
                        .withDeaths(servers));
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        PipelineApp app;
        try {
            if (arguments.length != 5) {
                throw new IllegalArgumentException(arguments.length + " arguments instead of 5");
            }
            app = new PipelineApp(
                    arguments[0],
                    Path.of(arguments[1]),
                    arguments[2],
                    Fetch.parse(arguments[3]),
                    Integer.parseInt(arguments[4]));
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(2);
            return;
        }
        app.run();
    }

    private void run() throws IOException, InterruptedException {
        KafkaStreams streams = pipeline.streams();
        streams.setStateListener((now, _) -> say("state", now));
        streams.setGlobalStateRestoreListener(new Restored());
        streams.setUncaughtExceptionHandler(failure -> {
            say("replaced", failure.getClass().getSimpleName());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        try (pipeline;
                ScheduledExecutorService looks = Executors.newScheduledThreadPool(2)) {
            var _ = looks.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
            var _ = looks.scheduleWithFixedDelay(this::askForLag, 0, ASK.toMillis(), TimeUnit.MILLISECONDS);
            streams.start();
            while (System.in.read() >= 0) {
                // Nothing is said; the end of the stream is what is waited for.
            }
            looks.shutdownNow();
        }
    }

    private Completion fetch() {
        if (!fetched.get() && fetched.compareAndSet(false, true)) {
            say("fetched", "");
        }
        return fetch.run();
    }

    private void look() {
        try {
            if (pipeline.streams().state().isRunningOrRebalancing()) {
                lookAtTasks();
            }
        } catch (IllegalStateException stopsJustNow) {
            return;
        }
        if (pipeline.duplicates() != duplicates) {
            duplicates = pipeline.duplicates();
            say("duplicates", duplicates);
        }
    }

    private void lookAtTasks() {
        String owns = tasks(ThreadMetadata::activeTasks);
        if (!owns.equals(owned)) {
            owned = owns;
            say("owns", owned);
        }
        String copies = tasks(ThreadMetadata::standbyTasks);
        if (!copies.equals(copied)) {
            copied = copies;
            say("standbys", copied);
        }
    }

    private String tasks(Function<ThreadMetadata, Collection<TaskMetadata>> which) {
        SortedSet<Integer> partitions = new TreeSet<>();
        pipeline.streams()
                .metadataForLocalThreads()
                .forEach(thread -> which.apply(thread)
                        .forEach(task -> partitions.add(task.taskId().partition())));
        return partitions.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private void askForLag() {
        try {
            if (pipeline.streams().state().isRunningOrRebalancing()) {
                long lag = pipeline.streams().allLocalStorePartitionLags().values().stream()
                        .flatMap(partitions -> partitions.values().stream())
                        .mapToLong(LagInfo::offsetLag)
                        .sum();
                say("lag", lag);
            }
        } catch (RuntimeException brokerOrStreamsAreBusy) {
            // The next look tells.
        }
    }

    private static void say(String word, Object what) {
        String line = MARK + System.currentTimeMillis() + " " + word + " " + what;
        synchronized (PipelineApp.class) {
            System.out.println(line);
            System.out.flush();
        }
    }

    private static final class Restored implements StateRestoreListener {
        @Override
        public void onRestoreStart(TopicPartition partition, String store, long first, long end) {}

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long last, long records) {}

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long records) {
            say("restored", store + " " + partition.partition() + " " + records);
        }
    }
}
