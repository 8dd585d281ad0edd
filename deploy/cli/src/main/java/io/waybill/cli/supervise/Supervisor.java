package io.waybill.cli.supervise;

import io.waybill.cli.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The running programs. Stops them in the reverse of the order in which they were started. */
public final class Supervisor implements AutoCloseable {
    /** A cold start takes 2-5 s, but a processor that restores a large state takes minutes, and may: it is told meanwhile. */
    private static final Duration READY_WITHIN = Duration.ofMinutes(15);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Tree tree;
    private final Path logs;
    private final Consumer<String> notices;
    private final Deque<Supervised> running = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param tree where the programs are
     * @param logs folder for their logs; exists
     * @param notices told what happens: ready, crashed, stopped
     */
    public Supervisor(Tree tree, Path logs, Consumer<String> notices) {
        this.tree = tree;
        this.logs = logs;
        this.notices = notices;
    }

    /**
     * Starts programs side by side and waits until all of them serve. May be called again for more. Throws {@link Problem} where one does
     * not; then none of these runs.
     */
    public void start(List<Program> programs) throws InterruptedException {
        long began = System.nanoTime();
        notices.accept(programs.stream().map(Program::name).collect(Collectors.joining(", ", "starting     ", "")));
        List<Supervised> started = new ArrayList<>();
        try {
            for (Program program : programs) {
                started.add(start(program));
            }
            awaitReady(started, began);
        } catch (Problem notAll) {
            for (Supervised one : started.reversed()) {
                forget(one);
                stop(one);
            }
            throw notAll;
        }
    }

    /** Looks at all of them in turn: one that serves already and ends while another still starts is to be started again. */
    private void awaitReady(List<Supervised> started, long began) throws InterruptedException {
        List<Supervised> waiting = new ArrayList<>(started);
        long nextNotice = began + PATIENCE.toNanos();
        while (true) {
            for (Supervised one : List.copyOf(waiting)) {
                if (one.isReady()) {
                    waiting.remove(one);
                    notices.accept(String.format(
                            Locale.ROOT,
                            "%-12s ready  %4.1f s",
                            one.program().name(),
                            (System.nanoTime() - began) / 1e9));
                }
            }
            if (waiting.isEmpty()) {
                return;
            }
            long now = System.nanoTime();
            if (now - began > READY_WITHIN.toNanos()) {
                throw waiting.getFirst().notReady(READY_WITHIN);
            }
            if (now > nextNotice) {
                long seconds = Duration.ofNanos(now - began).toSeconds();
                waiting.forEach(one -> notices.accept(
                        one.program().name() + " is still starting, " + seconds + " s; its log: " + one.log()));
                nextNotice += PATIENCE.toNanos();
            }
            waiting.getFirst().pause();
        }
    }

    /** The process ids of the programs, by the order of their start. */
    public synchronized List<Long> pids() {
        return running.reversed().stream().map(Supervised::pid).toList();
    }

    @Override
    public void close() {
        leaveAlone();
        while (true) {
            Supervised last = next();
            if (last == null) {
                return;
            }
            try {
                stop(last);
            } catch (InterruptedException hurry) {
                // Children end by themselves when this process does.
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized Supervised start(Program program) throws InterruptedException {
        if (closed) {
            throw new InterruptedException("stopped");
        }
        Supervised one = new Supervised(
                tree, program, new BoundedLog(logs.resolve(program.name() + ".log"), BoundedLog.MAX_BYTES), notices);
        one.start();
        running.push(one);
        return one;
    }

    private void stop(Supervised one) throws InterruptedException {
        if (!one.stop()) {
            notices.accept(one.program().name() + " did not stop by itself and was killed");
        }
    }

    private synchronized void forget(Supervised one) {
        running.remove(one);
    }

    private synchronized void leaveAlone() {
        closed = true;
        running.forEach(Supervised::leaveAlone);
    }

    private synchronized Supervised next() {
        return running.poll();
    }
}
