package io.waybill.contracts;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Ends a program when the clock of its machine is set back. Kafka's clients and Streams tell by that clock when it is time for a heartbeat,
 * a commit or another attempt to connect: after a clock that was an hour ahead is set right they do nothing for an hour. A program that is
 * started anew is spared that, and has lost nothing.
 */
public final class ClockWatch implements AutoCloseable {
    /** Kafka gets over less by itself: a place in the group, or a transaction, is lost and had again. */
    static final Duration BORNE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ScheduledExecutorService looks;
    private Instant lastTime;
    private long lastNanos;

    ClockWatch(InstantSource clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        lastTime = clock.instant();
        lastNanos = nanos.getAsLong();
        looks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("clock-watch").factory());
    }

    /**
     * Watches for as long as the program runs, and ends it with exit code 1, after an orderly shutdown; where that stands still as well, ten
     * seconds later.
     */
    public static void start() {
        start(() -> {});
    }

    /**
     * The same.
     *
     * @param first done before the shutdown begins; must not block
     */
    public static ClockWatch start(Runnable first) {
        ClockWatch watch = new ClockWatch(InstantSource.system(), System::nanoTime);
        var _ = watch.looks.scheduleWithFixedDelay(
                () -> watch.setBack().ifPresent(by -> {
                    watch.close();
                    first.run();
                    haltAfterGrace();
                    ProgramEnd.because(log -> log.error(
                            "the clock was set back by {} s, and Kafka's clients would stand still for as long:"
                                    + " this process ends, so that whoever runs it can start another",
                            by.toSeconds()));
                }),
                LOOK.toMillis(),
                LOOK.toMillis(),
                TimeUnit.MILLISECONDS);
        return watch;
    }

    /** Kafka's clients may wait for that clock when they are closed, too. To be killed loses nothing either. */
    private static void haltAfterGrace() {
        Thread.ofPlatform().name("clock-watch-halt").daemon().start(() -> {
            try {
                TimeUnit.NANOSECONDS.sleep(GRACE.toNanos());
            } catch (InterruptedException sooner) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        });
    }

    /** By how much the clock was set back since this was asked last; empty where that is nothing, or no more than is borne. */
    Optional<Duration> setBack() {
        Instant time = clock.instant();
        long now = nanos.getAsLong();
        Duration by = Duration.ofNanos(now - lastNanos).minus(Duration.between(lastTime, time));
        lastTime = time;
        lastNanos = now;
        return Optional.of(by).filter(back -> back.compareTo(BORNE) > 0);
    }

    /** Watches no more. */
    @Override
    public void close() {
        looks.shutdown();
    }
}
