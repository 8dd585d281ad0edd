package io.waybill.benchmarks.recovery;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits for conditions; never longer than a limit. */
final class Until {
    private static final Duration LOOK = Duration.ofMillis(10);

    /** Nothing that goes on stands still for longer: a session, a restore and a pause between two attempts are shorter. */
    private static final Duration STILL = Duration.ofSeconds(40);

    private Until() {}

    static void isTrue(String what, Duration limit, BooleanSupplier condition) {
        wait(what, limit).until(condition::getAsBoolean);
    }

    /** @param pipeline without which it cannot come true */
    static void isTrue(String what, Duration limit, PipelineJvm pipeline, BooleanSupplier condition) {
        wait(what, limit)
                .failFast(pipeline.life() + " has ended", () -> !pipeline.isAlive())
                .until(condition::getAsBoolean);
    }

    /** Waits for the condition, and gives up where the count has stood still for long: then it will not come true any more. */
    static void isTrueOrStill(
            String what, Duration limit, PipelineJvm pipeline, BooleanSupplier condition, IntSupplier count) {
        int[] last = {-1};
        long[] since = {0};
        isTrue(what, limit, pipeline, () -> {
            if (count.getAsInt() != last[0]) {
                last[0] = count.getAsInt();
                since[0] = System.nanoTime();
            }
            return condition.getAsBoolean() || System.nanoTime() - since[0] > STILL.toNanos();
        });
    }

    private static ConditionFactory wait(String what, Duration limit) {
        return Awaitility.await(what)
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK)
                .atMost(limit);
    }
}
