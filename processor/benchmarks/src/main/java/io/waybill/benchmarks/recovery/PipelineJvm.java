package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A {@link PipelineApp} and what it said so far. It ends with this JVM, which holds its standard input. */
final class PipelineJvm implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    /** After a change of its copies: what it says of their lag sooner may have been asked before. */
    private static final long LAG_KNOWN_MS = 2_000;

    private final String life;
    private final ChildJvm jvm;
    private final long startedAt;
    private final List<Said> said = new CopyOnWriteArrayList<>();

    /**
     * An event.
     *
     * @param at milliseconds of the epoch, by its clock, which is ours
     */
    private record Said(long at, String word, String rest) {
        static Said parse(String line) {
            String[] parts = line.split(" ", 3);
            return new Said(Long.parseLong(parts[0]), parts[1], parts[2]);
        }
    }

    private PipelineJvm(String life, ChildJvm jvm, long startedAt) {
        this.life = life;
        this.jvm = jvm;
        this.startedAt = startedAt;
    }

    /**
     * Starts it, and waits for nothing.
     *
     * @param options of the JVM
     */
    static PipelineJvm start(List<String> options, String servers, Path state, String life, Fetch fetch, int standbys)
            throws IOException {
        List<String> all = new ArrayList<>(options);
        all.add("-D" + Report.QUIET_LOGBACK + "=" + Report.SILENCE);
        long startedAt = System.currentTimeMillis();
        ChildJvm child = ChildJvm.start(
                PipelineApp.class,
                all,
                List.of(servers, state.toString(), life, fetch.text(), Integer.toString(standbys)));
        PipelineJvm pipeline = new PipelineJvm(life, child, startedAt);
        Thread.ofVirtual().name("hears-" + life).start(pipeline::hear);
        return pipeline;
    }

    private void hear() {
        try {
            for (var line = jvm.nextLine(PipelineApp.MARK); line.isPresent(); line = jvm.nextLine(PipelineApp.MARK)) {
                Said event = Said.parse(line.get());
                said.add(event);
                if (event.word().equals("replaced")) {
                    Report.progress("%s replaced a thread after %s", life, event.rest());
                }
            }
        } catch (IOException killed) {
            // What it said before is what counts.
        }
    }

    String life() {
        return life;
    }

    /** Milliseconds of the epoch. */
    long startedAt() {
        return startedAt;
    }

    boolean isAlive() {
        return jvm.isAlive();
    }

    /** What its threads have used of the processors. */
    Duration cpu() {
        return jvm.cpu();
    }

    /** The tasks that it runs. */
    Set<Integer> owned() {
        return tasks("owns");
    }

    /** The tasks that it has a copy of. */
    Set<Integer> standbys() {
        return tasks("standbys");
    }

    /** Records that its copies lack, by its last word; as many as can be while it has not spoken of the copies that it has now. */
    long lag() {
        long since = last("standbys").map(event -> event.at() + LAG_KNOWN_MS).orElse(Long.MAX_VALUE);
        return last("lag")
                .filter(event -> event.at() >= since)
                .map(event -> Long.parseLong(event.rest()))
                .orElse(Long.MAX_VALUE);
    }

    /** Records of settled jobs that it dropped. */
    long duplicates() {
        return last("duplicates").map(event -> Long.parseLong(event.rest())).orElse(0L);
    }

    /** Records that it read to complete a store, from that time on. */
    long restored(String store, long since) {
        return said.stream()
                .filter(event -> event.at() >= since && event.word().equals("restored"))
                .map(event -> event.rest().split(" ", 3))
                .filter(parts -> parts[0].equals(store))
                .mapToLong(parts -> Long.parseLong(parts[2]))
                .sum();
    }

    /** When its first fetch began. */
    Optional<Long> fetchedAt() {
        return said.stream()
                .filter(event -> event.word().equals("fetched"))
                .map(Said::at)
                .findFirst();
    }

    /** When it was first told of other tasks, from that time on. */
    Optional<Long> rebalancingAt(long since) {
        return said.stream()
                .filter(event -> event.at() >= since
                        && event.word().equals("state")
                        && event.rest().equals("REBALANCING"))
                .map(Said::at)
                .findFirst();
    }

    /** Whether it is running, with so many tasks, and has become so from that time on: when. */
    Optional<Long> runningAt(int tasks, long since) {
        Optional<Said> state = last("state");
        Optional<Said> owns = last("owns");
        boolean runs = state.filter(event -> event.rest().equals("RUNNING") && event.at() >= since)
                .isPresent();
        return runs && owned().size() == tasks
                ? Optional.of(Math.max(state.get().at(), owns.map(Said::at).orElse(0L)))
                : Optional.empty();
    }

    /** Waits until it runs all tasks; milliseconds of the epoch. */
    long awaitRunning(Duration limit) {
        return awaitRunning(Mailboxes.PARTITIONS, startedAt, limit);
    }

    /** Waits until it runs so many tasks, after that time; milliseconds of the epoch. */
    long awaitRunning(int tasks, long since, Duration limit) {
        Until.isTrue(
                life + " runs " + tasks + " tasks",
                limit,
                this,
                () -> runningAt(tasks, since).isPresent());
        return runningAt(tasks, since).orElseThrow();
    }

    /** SIGKILL. When it was sent, in milliseconds of the epoch. */
    long kill() throws InterruptedException {
        long at = System.currentTimeMillis();
        jvm.kill();
        return at;
    }

    private Set<Integer> tasks(String word) {
        return last(word)
                .filter(event -> !event.rest().isEmpty())
                .map(event -> Arrays.stream(event.rest().split(",", -1))
                        .map(Integer::valueOf)
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private Optional<Said> last(String word) {
        return said.stream().filter(event -> event.word().equals(word)).reduce((_, later) -> later);
    }

    /** Stops it in peace. */
    @Override
    public void close() throws InterruptedException {
        if (!jvm.end(STOP_LIMIT)) {
            throw new IllegalStateException(life + " did not stop within " + STOP_LIMIT.toSeconds() + " s");
        }
    }
}
