package io.waybill.handler.testing;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The contract, taken on by the smallest handler there is. */
class RecordingHandlerTest implements MailHandlerContract {
    private final RecordingHandler handler = new RecordingHandler();

    @Override
    public MailHandler handler() {
        return handler;
    }

    @Override
    public long effects() {
        return handler.mails.size();
    }

    private static final class RecordingHandler implements MailHandler {
        private final Map<String, InboundMail> mails = new ConcurrentHashMap<>();

        @Override
        public String name() {
            return "recording";
        }

        @Override
        public HandlerResult handle(InboundMail mail, HandlerContext context) {
            mails.putIfAbsent(context.jobId(), mail);
            return HandlerResult.done("recorded", context.jobId());
        }
    }
}
