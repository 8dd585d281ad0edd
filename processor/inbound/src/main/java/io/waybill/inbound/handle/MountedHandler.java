package io.waybill.inbound.handle;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import io.waybill.handler.jars.ContextLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handler as this process runs it: under its name, with its own classes in sight, and with nothing that it throws or returns
 * reaching further than the job in hand.
 */
public final class MountedHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MountedHandler.class);

    private final String name;
    private final MailHandler handler;
    private final CallThread thread;

    MountedHandler(String name, MailHandler handler, CallThread thread) {
        this.name = name;
        this.handler = handler;
        this.thread = thread;
    }

    MailHandler handler() {
        return handler;
    }

    /** Never throws: what the handler throws, errors included, is a failure of this handler at this job, and may pass. */
    public HandlerResult handle(InboundMail mail, HandlerContext context) {
        try {
            return thread.call(name, () -> answer(mail, context));
        } catch (Throwable notCalled) {
            tell(notCalled);
            return failed(notCalled);
        }
    }

    private HandlerResult answer(InboundMail mail, HandlerContext context) {
        try (ContextLoader _ = ContextLoader.of(handler.getClass().getClassLoader())) {
            HandlerResult result = handler.handle(mail, context);
            return result == null
                    ? HandlerResult.retry("handler " + name + " answered null")
                    : ResultBounds.within(result);
        } catch (InterruptedException overdueOrUnwanted) {
            Thread.currentThread().interrupt();
            return failed(overdueOrUnwanted);
        } catch (Throwable failure) {
            tell(failure);
            return failed(failure);
        }
    }

    /** The message may quote the mail: the class must do. */
    private HandlerResult failed(Throwable failure) {
        return HandlerResult.retry(
                "handler " + name + " failed with " + failure.getClass().getName());
    }

    private void tell(Throwable failure) {
        boolean wholeProcess = failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
        StackTraceElement[] frames = failure.getStackTrace();
        (wholeProcess ? LOG.atError() : LOG.atWarn())
                .addKeyValue("stage", "handle")
                .addKeyValue("handler", name)
                .addKeyValue("exception", failure.getClass().getName())
                .addKeyValue("at", frames.length == 0 ? "" : frames[0].toString())
                .log(wholeProcess ? "virtual_machine_error" : "unexpected");
    }
}
