package io.waybill.benchmarks.pipeline;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The arms of the table. */
enum ArmKind {
    BLOCKING(
            "blocking Streams, 6 threads",
            "Kafka has each outcome once; dedupe durable; a job that fails stops its partition"),
    PIPELINE(
            "**this pipeline**, fetch = sleep",
            "none lost, each outcome once; dedupe durable; retries, parking, dead letters, all durable"),
    PIPELINE_HTTP("**this pipeline**, fetch = HTTP over loopback", PIPELINE.guarantees),
    PARALLEL_CONSUMER(
            "parallel-consumer, unordered",
            "none lost, a crash doubles; no dedupe; retries until it succeeds, no dead letters"),
    SHARE_GROUP(
            "share group, batches on virtual threads",
            "none lost but what failed 5 times, a crash doubles; no dedupe; retries by the broker, no dead letters"),
    HAND_WRITTEN(
            "hand-written consumer, virtual threads",
            "a crash loses and doubles; dedupe until a restart; no retries, no dead letters"),
    PASS_THROUGH("Streams pass-through", "Kafka has each record once; no dedupe; nothing is done that could fail");

    private final String label;
    private final String guarantees;

    ArmKind(String label, String guarantees) {
        this.label = label;
        this.guarantees = guarantees;
    }

    /** Throws where no arm has that name. */
    static ArmKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no arm is named " + word + "; there are " + words()));
    }

    static String words() {
        return Arrays.stream(values()).map(ArmKind::word).collect(Collectors.joining(","));
    }

    /** Its name in properties and arguments. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its name in the table. */
    String label() {
        return label;
    }

    /** Its name in the chart, where nothing can be bold. */
    String plainLabel() {
        return label.replace("*", "");
    }

    /** What a user of it can rely on. */
    String guarantees() {
        return guarantees;
    }

    /** Whether it is what all this is about. */
    boolean isOurs() {
        return this == PIPELINE || this == PIPELINE_HTTP;
    }

    /** Whether the key of its output is the job's: not where the input passes as it is. */
    boolean writesOutcomes() {
        return this != PASS_THROUGH;
    }
}
