package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** An arm in a JVM of its own. It says every few milliseconds how many jobs are done, and ends when it is asked to. */
final class ArmProcess implements AutoCloseable {
    private static final String DONE = "done ";
    private static final String END = "end ";
    private static final long SAY_EVERY_MS = 10;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final ArmKind kind;
    private final ChildJvm jvm;
    private final CompletableFuture<Long> counted = new CompletableFuture<>();
    private volatile long done;

    private ArmProcess(ArmKind kind, ChildJvm jvm) {
        this.kind = kind;
        this.jvm = jvm;
    }

    static ArmProcess start(ArmSpec spec) throws IOException {
        ArmProcess arm =
                new ArmProcess(spec.kind(), ChildJvm.start(ArmProcess.class, List.of("-Xmx2g"), spec.arguments()));
        Thread.ofPlatform().name("arm-" + spec.kind().word()).daemon().start(arm::listen);
        return arm;
    }

    /** The arm itself. */
    public static void main(String[] arguments) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((_, failed) -> halt(failed));
        Arm arm = Arms.open(ArmSpec.parse(arguments));
        Thread.ofPlatform().daemon().name("teller").start(() -> tell(arm));
        ChildJvm.awaitEndOfInput();
        arm.close();
        System.out.println(END + arm.done());
        System.out.flush();
        // Whatever an arm has left running has no more to say.
        System.exit(0);
    }

    private static void tell(Arm arm) {
        long said = 0;
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(SAY_EVERY_MS);
                long now = arm.done();
                if (now != said) {
                    said = now;
                    System.out.println(DONE + now);
                    System.out.flush();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Half an arm is not measured: what ends one of its threads ends it. */
    static StreamThreadExceptionResponse halt(Throwable failed) {
        failed.printStackTrace();
        Runtime.getRuntime().halt(1);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private void listen() {
        try {
            for (Optional<String> line = jvm.nextLine(""); line.isPresent(); line = jvm.nextLine("")) {
                String text = line.get();
                if (text.startsWith(DONE)) {
                    done = Long.parseLong(text.substring(DONE.length()));
                } else if (text.startsWith(END)) {
                    counted.complete(Long.parseLong(text.substring(END.length())));
                }
            }
            counted.completeExceptionally(
                    new IllegalStateException(kind.word() + " ended without saying how much it has done"));
        } catch (IOException | UncheckedIOException closed) {
            counted.completeExceptionally(closed);
        }
    }

    /** Jobs done so far, as of some milliseconds ago. */
    long done() {
        return done;
    }

    /** Waits until the first job is done: before, its state is restored and its group assembles. */
    void awaitFirstJob(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (done == 0) {
            requireRunning();
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(kind.word() + " did no job within " + limit);
            }
            TimeUnit.MILLISECONDS.sleep(SAY_EVERY_MS);
        }
    }

    /** Throws where it ended by itself. */
    void requireRunning() {
        if (counted.isDone()) {
            throw new IllegalStateException(kind.word() + " ended before it was asked to; see what it printed above");
        }
    }

    /** What its threads have used of the processors. */
    Duration cpu() {
        return jvm.cpu();
    }

    /** Has it close, and returns how many jobs it has done in all. */
    long stop() throws InterruptedException, TimeoutException, ExecutionException {
        jvm.endInput();
        return counted.get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        jvm.close();
    }
}
