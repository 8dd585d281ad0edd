package io.waybill.cli.supervise;

import io.waybill.cli.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program that is kept running until it is stopped. */
final class Supervised {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int LINES_SHOWN = 8;
    private static final int COLUMNS_SHOWN = 240;

    private final Tree tree;
    private final Program program;
    private final BoundedLog log;
    private final Consumer<String> notices;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Backoff backoff = new Backoff();

    private volatile ChildProcess child;
    private volatile boolean wasReady;

    Supervised(Tree tree, Program program, BoundedLog log, Consumer<String> notices) {
        this.tree = tree;
        this.program = program;
        this.log = log;
        this.notices = notices;
    }

    /** Starts it. A crash before it was ready once is the caller's to see; after that it is started again. */
    void start() {
        try {
            launch();
        } catch (IOException cannot) {
            throw Problem.incomplete(
                    "cannot start " + program.name() + " (" + cannot.getClass().getSimpleName() + ")",
                    Tree.java().toString(),
                    "Are there processes and memory left? Look at `ulimit -a` and `free -m`.");
        }
        Thread.ofPlatform().daemon().name("watch-" + program.name()).start(this::keepRunning);
    }

    /** Whether it serves; once it did, its end is a crash. Throws {@link Problem} with its last words where it ended before. */
    boolean isReady() throws InterruptedException {
        if (!program.ready().isReady()) {
            if (child.isAlive()) {
                return false;
            }
            int code = child.await();
            if (program.ready() instanceof Answer answer) {
                answer.failure(log.file().toString()).ifPresent(failure -> {
                    throw failure;
                });
            }
            throw notStarted("ended while it started (exit code " + code + ")");
        }
        wasReady = true;
        if (!child.isAlive()) {
            // Between the answer and now: whoever watches it may have seen its end before it counted as ready.
            throw notStarted("ended when it was ready (exit code " + child.await() + ")");
        }
        return true;
    }

    /** Its log, for whoever waits for it. */
    Path log() {
        return log.file();
    }

    /** What to say where it did not serve in time. */
    Problem notReady(Duration limit) {
        return notStarted("is not ready after " + limit.toSeconds() + " s");
    }

    /** Waits before it is asked again. */
    void pause() throws InterruptedException {
        if (stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("stopped");
        }
    }

    Program program() {
        return program;
    }

    long pid() {
        return child.pid();
    }

    /** From here on its end is no crash. */
    void leaveAlone() {
        stopping.countDown();
    }

    /** Stops it for good. Whether it went by itself, within its grace. */
    boolean stop() throws InterruptedException {
        leaveAlone();
        ChildProcess last;
        synchronized (this) {
            last = child;
        }
        return last == null || last.stop(program.grace());
    }

    private synchronized void launch() throws IOException {
        if (stopping.getCount() > 0) {
            if (program.ready() instanceof Answer answer) {
                answer.forget();
            }
            child = ChildProcess.start(tree, program, log);
        }
    }

    private void keepRunning() {
        try {
            while (true) {
                long started = System.nanoTime();
                int code = child.await();
                if (stopping.getCount() == 0 || !wasReady) {
                    return;
                }
                Duration wait = backoff.after(Duration.ofNanos(System.nanoTime() - started));
                notices.accept(program.name() + " ended (exit code " + code + "), starts again in " + wait.toSeconds()
                        + " s; log: " + log.file() + ".1");
                if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                relaunch();
                tellWhenReady();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The old child is dead: where no new one can be started, its end is seen again at once and the wait grows. */
    private void relaunch() {
        try {
            launch();
        } catch (IOException cannot) {
            notices.accept(
                    "cannot start " + program.name() + " (" + cannot.getClass().getSimpleName() + ")");
        }
    }

    /** Whoever read that it ended wants to know that it is back. */
    private void tellWhenReady() throws InterruptedException {
        long began = System.nanoTime();
        while (child.isAlive()) {
            if (program.ready().isReady()) {
                notices.accept(program.name() + " is ready again, after " + since(began));
                return;
            }
            if (stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private static String since(long began) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + " s";
    }

    private Problem notStarted(String what) {
        List<String> last = log.lastLines(LINES_SHOWN).stream()
                .map(line -> line.length() <= COLUMNS_SHOWN ? line : line.substring(0, COLUMNS_SHOWN) + " …")
                .toList();
        String words = last.isEmpty() ? "It said nothing." : "Its last words:\n    " + String.join("\n    ", last);
        return Problem.incomplete(program.name() + " " + what, log.file().toString(), words);
    }
}
