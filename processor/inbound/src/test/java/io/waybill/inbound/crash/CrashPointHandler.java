package io.waybill.inbound.crash;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;

/** A handler, as a process that may be dead calls it: what it did stays done. */
public final class CrashPointHandler implements MailHandler {
    public static final String CALL_HANDLER = "call of the handler";

    private final CrashPoints points;
    private final MailHandler handler;

    public CrashPointHandler(CrashPoints points, MailHandler handler) {
        this.points = points;
        this.handler = handler;
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
        return points.call(CALL_HANDLER, () -> handler.handle(mail, context));
    }

    @Override
    public void close() throws Exception {
        handler.close();
    }
}
