package io.waybill.inbound.execute;

import io.waybill.contracts.Failure;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.SkipCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How an attempt ended. Facts only: no content of the mail. */
public sealed interface Completion {
    /** Every handler is done. */
    record Handled(Map<String, HandlerState> handlers) implements Completion {}

    /** There was nothing to do. */
    record Skipped(SkipCode code, String evidence, Map<String, HandlerState> handlers) implements Completion {}

    /**
     * It failed.
     *
     * @param failure what happened
     * @param handlers what each handler made of it so far
     * @param handler the handler that failed; empty where none did
     */
    record Failed(Failure failure, Map<String, HandlerState> handlers, Optional<String> handler)
            implements Completion {}

    /**
     * One page of a mailbox was listed.
     *
     * @param found pointers, at most 500
     * @param more where to go on; empty on the last page
     * @param cursor where the whole listing ended; empty but on the last page
     */
    record Listed(List<MessagePointer> found, Optional<String> more, Optional<String> cursor) implements Completion {}
}
