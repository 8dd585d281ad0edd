package io.waybill.benchmarks.fairness;

import io.waybill.benchmarks.AppProcess;
import io.waybill.inbound.TroubledPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@link TroubledPipeline} in a JVM of its own, with the heap that {@code waybill up} gives it. It ends with its standard input. */
final class PipelineProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private final PrintWriter orders;

    private PipelineProcess(Process process) {
        this.process = process;
        this.said = process.inputReader();
        this.orders = new PrintWriter(process.outputWriter(), true);
    }

    /** Starts it and waits until it works. */
    static PipelineProcess start(String bootstrapServers, Path directory, Plan plan) throws IOException {
        Process process = new ProcessBuilder(
                        AppProcess.tool("java"),
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TroubledPipeline.class.getName(),
                        bootstrapServers,
                        directory.toString(),
                        Long.toString(plan.fetch().toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        PipelineProcess pipeline = new PipelineProcess(process);
        pipeline.require(TroubledPipeline.READY);
        return pipeline;
    }

    /** From now on these make trouble, and all others behave. What hung goes on where it behaves again. */
    void trouble(Set<Role> roles) throws IOException {
        orders.println(
                TroubledPipeline.TROUBLE + roles.stream().map(Role::name).collect(Collectors.joining(",", " ", "")));
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
        orders.println(TroubledPipeline.LOOK);
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
        String line = said.readLine();
        while (line != null && !line.startsWith(TroubledPipeline.ANSWER)) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("the pipeline has ended; what it wrote to standard error says why");
        }
        return line.substring(TroubledPipeline.ANSWER.length());
    }

    @Override
    public void close() throws InterruptedException {
        orders.close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
