package io.waybill.inbound.intercept;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;

/** A handler that somebody stands before: it has the handler's name, start and end, and the other has the mail. */
public final class InterceptedHandler implements MailHandler {
    private final MailHandler handler;
    private final Interceptor interceptor;

    /** Whoever stands before the handler. */
    @FunctionalInterface
    public interface Interceptor {
        HandlerResult handle(MailHandler handler, InboundMail mail, HandlerContext context) throws Exception;
    }

    public InterceptedHandler(MailHandler handler, Interceptor interceptor) {
        this.handler = handler;
        this.interceptor = interceptor;
    }

    @Override
    public String name() {
        return handler.name();
    }

    @Override
    public void start(HandlerSettings settings) throws Exception {
        handler.start(settings);
    }

    @Override
    public HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception {
        return interceptor.handle(handler, mail, context);
    }

    @Override
    public void close() throws Exception {
        handler.close();
    }
}
