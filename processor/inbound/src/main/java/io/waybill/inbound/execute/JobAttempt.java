package io.waybill.inbound.execute;

import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.PointerJob;
import java.util.Map;
import java.util.Optional;

/**
 * What a runner is told.
 *
 * @param job which message, or which mailbox to list
 * @param generation 0, and one more with each re-drive
 * @param attempt 1, and one more with each retry of this generation
 * @param handlers what each handler made of it so far: those that are done are not called again
 * @param cursor where the last listing of this folder ended; empty for messages and for a first listing
 * @param page where this listing's last page ended; empty for messages and for a first page
 */
public record JobAttempt(
        PointerJob job,
        int generation,
        int attempt,
        Map<String, HandlerState> handlers,
        Optional<String> cursor,
        Optional<String> page) {}
