package io.waybill.inbound;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down every call. */
public final class LedgerHandler implements MailHandler {
    /** One call. */
    record Call(HandlerContext context, String subject, String text, List<String> files) {}

    static final List<Call> CALLS = new CopyOnWriteArrayList<>();

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public HandlerResult handle(InboundMail mail, HandlerContext context) {
        CALLS.add(new Call(
                context,
                mail.subject(),
                mail.text().orElse(""),
                mail.attachments().stream()
                        .map(attachment -> attachment.fileName())
                        .toList()));
        return HandlerResult.done("noted", context.jobId().substring(0, 8));
    }
}
