package io.waybill.inbound.execute;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A handler that does what a test tells it, and remembers the jobs it was called for. */
final class ScriptedHandler implements MailHandler {
    interface Script {
        HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception;
    }

    final List<String> calls = new CopyOnWriteArrayList<>();
    private final String name;
    private volatile Script script = (_, context) -> HandlerResult.done("noted", context.jobId());

    ScriptedHandler(String name) {
        this.name = name;
    }

    ScriptedHandler(String name, Script script) {
        this.name = name;
        this.script = script;
    }

    void answer(Script next) {
        script = next;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception {
        calls.add(context.jobId());
        return script.handle(mail, context);
    }
}
