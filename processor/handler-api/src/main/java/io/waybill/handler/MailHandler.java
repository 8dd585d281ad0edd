package io.waybill.handler;

/**
 * Does something with a mail. Its jar lies in the processor's handlers folder and names the class in {@code
 * META-INF/services/io.waybill.handler.MailHandler}; a mailbox names the handlers that it wants by {@link #name}.
 *
 * <p>Life: constructed once per process without arguments, {@link #start} once before the first mail, {@link #handle} any number of
 * times and from many threads at once, {@link #close} once at the end. Sees the JDK, this package, its own jar and the jars of its
 * {@code NAME.lib} folder, and no other class of the process.
 *
 * <p>A mail may be handed over more than once: after a crash, or after an attempt that ended before this handler's answer could be
 * written down. {@link HandlerContext#jobId} is the same each time; whatever the handler writes elsewhere must carry it as idempotency
 * key. When a later handler fails, the next attempt does not call this one again once it is done.
 */
public interface MailHandler extends AutoCloseable {
    /** The name in {@code mailboxes.yml}: 1 to 40 lower-case letters, digits and dashes; always the same. Asked before {@link #start}. */
    String name();

    /**
     * Prepares for work, within a minute. What is thrown here stops the process at its start, with the handler's name and the
     * exception's message; so the message should say what to do, and hold no secret.
     */
    default void start(HandlerSettings settings) throws Exception {}

    /**
     * Handles one mail. Runs on a thread of its own that may block and is interrupted at {@link HandlerContext#deadline}; what goes on
     * after that keeps its place among the jobs of its mailbox, but nobody waits for its answer. The mail's streams are for this call
     * alone and must be closed before it returns.
     *
     * @return what became of it. An exception or an error counts as {@link HandlerResult.Retry}, and so does null; of a throwable only
     *     the class is told, since its message may quote the mail
     */
    HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception;

    /** Gives back what {@link #start} took, within a few seconds. */
    @Override
    default void close() throws Exception {}
}
