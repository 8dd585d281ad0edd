package io.waybill.contracts;

/** What became of a request to enqueue pointers. */
public sealed interface EnqueueResult {
    /** Every pointer of the request is durable. */
    record Enqueued(int pointers) implements EnqueueResult {}

    /**
     * At least one is not known to be: the caller must repeat all of them; repeats are harmless.
     *
     * @param reason a class name or "deadline", for logs
     */
    record NotEnqueued(String reason) implements EnqueueResult {}
}
