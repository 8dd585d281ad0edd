package io.waybill.inbound;

import io.waybill.contracts.Mailbox;
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

    /** Of all tests that run side by side: each has mailboxes of its own. */
    static final List<Call> CALLS = new CopyOnWriteArrayList<>();

    /** Those for mails of the mailbox. */
    static List<Call> callsFor(Mailbox mailbox) {
        return CALLS.stream()
                .filter(call -> call.context().tenant().equals(mailbox.tenantId())
                        && call.context().mailbox().equals(mailbox.mailboxId()))
                .toList();
    }

    /** The jobs that it was called for, once per call. */
    static List<String> jobsOf(Mailbox mailbox) {
        return callsFor(mailbox).stream().map(call -> call.context().jobId()).toList();
    }

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
