package io.waybill.handler;

/**
 * Does something with a mail. Found by {@link java.util.ServiceLoader}; a mailbox names the handlers that it wants by {@link #name}.
 *
 * <p>Life: constructed once per process, {@link #start} once before the first mail, {@link #handle} any number of times and from many
 * threads at once, {@link #close} once at the end.
 *
 * <p>A mail may be handed over more than once: after a crash, or because a later handler failed in the same moment. {@link
 * HandlerContext#jobId} is the same each time; whatever the handler writes elsewhere must carry it as idempotency key.
 */
public interface MailHandler extends AutoCloseable {
    /** The name in {@code mailboxes.yml}: lower-case letters, digits and dashes. */
    String name();

    /** Prepares for work. What is thrown here stops the process at its start, with the handler's name. */
    default void start(HandlerSettings settings) throws Exception {}

    /**
     * Handles one mail. Runs on a virtual thread that may block and is interrupted at {@link HandlerContext#deadline}. The mail's
     * streams are open only until this returns.
     *
     * @return what became of it; an exception counts as {@link HandlerResult.Retry}
     */
    HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception;

    @Override
    default void close() throws Exception {}
}
