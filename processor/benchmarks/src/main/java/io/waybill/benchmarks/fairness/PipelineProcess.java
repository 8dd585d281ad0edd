package io.waybill.benchmarks.fairness;

import io.waybill.benchmarks.ChildJvm;
import io.waybill.inbound.TroubledPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@link TroubledPipeline} in a JVM of its own, with the heap that {@code waybill up} gives it. It ends with its standard input. */
final class PipelineProcess implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final ChildJvm jvm;

    private PipelineProcess(ChildJvm jvm) {
        this.jvm = jvm;
    }

    /** Starts it and waits until it works. */
    static PipelineProcess start(String bootstrapServers, Path directory, Plan plan) throws IOException {
        PipelineProcess pipeline = new PipelineProcess(ChildJvm.start(
                TroubledPipeline.class,
                List.of("-Xmx512m"),
                List.of(
                        bootstrapServers,
                        directory.toString(),
                        Long.toString(plan.fetch().toMillis()))));
        pipeline.require(TroubledPipeline.READY);
        return pipeline;
    }

    /** From now on these make trouble, and all others behave. What hung goes on where it behaves again. */
    void trouble(Set<Role> roles) throws IOException {
        jvm.tell(TroubledPipeline.TROUBLE + roles.stream().map(Role::name).collect(Collectors.joining(",", " ", "")));
        require(TroubledPipeline.READY);
    }

    /**
     * What its stream threads did since the last look. Times in milliseconds.
     *
     * @param betweenPolls the longest time between two polls: who exceeds max.poll.interval.ms is evicted
     * @param process the longest call of process()
     * @param punctuate the longest call of a punctuator
     * @param rebalances in which its consumers took part, since it was started
     * @param running attempts that run now
     * @param queued attempts that wait for a permit in memory now
     */
    record Look(double betweenPolls, double process, double punctuate, long rebalances, int running, int queued) {}

    Look look() throws IOException {
        jvm.tell(TroubledPipeline.LOOK);
        String answer = answer();
        if (!answer.matches("[0-9. ]+")) {
            throw new IllegalStateException("the pipeline said " + answer);
        }
        String[] words = answer.split(" ", -1);
        return new Look(
                Double.parseDouble(words[0]),
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2]),
                Long.parseLong(words[3]),
                Integer.parseInt(words[4]),
                Integer.parseInt(words[5]));
    }

    private void require(String expected) throws IOException {
        String answer = answer();
        if (!answer.equals(expected)) {
            throw new IllegalStateException("the pipeline said " + answer);
        }
    }

    private String answer() throws IOException {
        return jvm.nextLine(TroubledPipeline.ANSWER)
                .orElseThrow(() ->
                        new IllegalStateException("the pipeline has ended; what it wrote to standard error says why"));
    }

    @Override
    public void close() throws InterruptedException {
        jvm.end(STOP_LIMIT);
    }
}
