package io.waybill.sources;

import io.waybill.contracts.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What became of a call about a subscription. */
public sealed interface SubscriptionResult {
    /**
     * It is there.
     *
     * @param id the provider's name of it
     * @param expiresAt when the provider drops it, which may be sooner than was asked for
     */
    record Live(String id, Instant expiresAt) implements SubscriptionResult {}

    /** It is not there, any more or at all. */
    record Gone() implements SubscriptionResult {}

    /**
     * Nobody knows.
     *
     * @param detail one sentence of ours
     * @param retryAfter how long the provider wants us to wait
     */
    record Failed(FailureCode code, String detail, Optional<Duration> retryAfter) implements SubscriptionResult {}
}
