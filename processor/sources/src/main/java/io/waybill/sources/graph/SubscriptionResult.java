package io.waybill.sources.graph;

import io.waybill.contracts.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What became of a call about a subscription. */
public sealed interface SubscriptionResult {
    /**
     * It is there.
     *
     * @param id Graph's name of it
     * @param expiresAt when Graph drops it, which may be sooner than was asked for
     */
    record Live(String id, Instant expiresAt) implements SubscriptionResult {}

    /** It is not there, any more or at all. */
    record Gone() implements SubscriptionResult {}

    /**
     * Nobody knows.
     *
     * @param detail one sentence of ours
     * @param retryAfter how long Graph wants us to wait
     */
    record Failed(FailureCode code, String detail, Optional<Duration> retryAfter) implements SubscriptionResult {}
}
