package io.waybill.benchmarks.pipeline;

import static io.waybill.benchmarks.pipeline.ArmKind.BLOCKING;
import static io.waybill.benchmarks.pipeline.ArmKind.HAND_WRITTEN;
import static io.waybill.benchmarks.pipeline.ArmKind.PARALLEL_CONSUMER;
import static io.waybill.benchmarks.pipeline.ArmKind.PASS_THROUGH;
import static io.waybill.benchmarks.pipeline.ArmKind.PIPELINE;
import static io.waybill.benchmarks.pipeline.ArmKind.PIPELINE_HTTP;
import static io.waybill.benchmarks.pipeline.ArmKind.SHARE_GROUP;

import io.waybill.benchmarks.pipeline.Peer.Limit;
import io.waybill.benchmarks.pipeline.Peer.Other;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the arms are given to do; each is a group of lines in the table. */
enum Scenario {
    UNCAPPED("100 ms fetch, no cap", Duration.ofMillis(100), Scenario.NO_CAP, Feeding.BACKLOG, 60_000),
    CAPPED("100 ms fetch, 1,024 at once", Duration.ofMillis(100), 1024, Feeding.BOUNDED, 11_000),
    INSTANT("0 ms fetch", Duration.ZERO, Scenario.NO_CAP, Feeding.BACKLOG, 180_000);

    /** Bounds nobody: at 100 ms each, so many at once are 200,000 jobs a second. */
    private static final int NO_CAP = 20_000;

    private final String title;
    private final Duration latency;
    private final int cap;
    private final Feeding feeding;
    private final long fastest;

    Scenario(String title, Duration latency, int cap, Feeding feeding, long fastest) {
        this.title = title;
        this.latency = latency;
        this.cap = cap;
        this.feeding = feeding;
        this.fastest = fastest;
    }

    /** How the input is kept full. */
    enum Feeding {
        /** All of it is there before: nobody produces while the arm is measured. */
        BACKLOG,
        /**
         * A new job for each that is done, with eight for each permit outstanding. With a backlog this pipeline would read ahead and
         * put on disk what finds no room in memory; that is what it is for, but here the cap is compared.
         */
        BOUNDED
    }

    /** Throws where no scenario has that name. */
    static Scenario of(String word) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no scenario is named " + word + "; there are " + words()));
    }

    static String words() {
        return Arrays.stream(values()).map(Scenario::word).collect(Collectors.joining(","));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String title() {
        return title;
    }

    Duration latency() {
        return latency;
    }

    /** Fetches at once. */
    int cap() {
        return cap;
    }

    Feeding feeding() {
        return feeding;
    }

    /** Jobs a second that no arm here reaches: so much input is made ready. */
    long fastest() {
        return fastest;
    }

    /** Every arm's rate is shown as a part of this one's. */
    Peer yardstick() {
        return switch (this) {
            case UNCAPPED -> new Other(HAND_WRITTEN);
            case CAPPED -> new Limit(cap * 1000.0 / latency.toMillis());
            case INSTANT -> new Other(PASS_THROUGH);
        };
    }

    List<ArmKind> arms() {
        return switch (this) {
            case UNCAPPED -> List.of(BLOCKING, PIPELINE, PIPELINE_HTTP, PARALLEL_CONSUMER, SHARE_GROUP, HAND_WRITTEN);
            case CAPPED -> List.of(PIPELINE, PIPELINE_HTTP, PARALLEL_CONSUMER, SHARE_GROUP, HAND_WRITTEN);
            case INSTANT -> List.of(PIPELINE, PARALLEL_CONSUMER, HAND_WRITTEN, PASS_THROUGH);
        };
    }
}
