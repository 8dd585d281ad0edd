package io.waybill.inbound.fault;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import jakarta.inject.Singleton;

/** A handler that does not do what it should. */
final class FaultyHandler implements MailHandler {
    private final FaultSwitch faults;
    private final MailHandler handler;

    FaultyHandler(FaultSwitch faults, MailHandler handler) {
        this.faults = faults;
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
        return switch (faults.fault()) {
            case EFFECT_LOST -> HandlerResult.done("created", "T-0");
            case HEALTHY_REFUSED -> HandlerResult.refuse("not today");
            case CONTENT_TOLD -> {
                handler.handle(mail, context);
                yield HandlerResult.done("created", mail.subject());
            }
            case NONE, OUTCOME_LOST, OUTCOME_DOUBLED, SETTLEMENT_LOST -> handler.handle(mail, context);
        };
    }

    @Override
    public void close() throws Exception {
        handler.close();
    }

    /** Puts one around each handler of ours. */
    @Singleton
    @Requires(property = FaultSwitch.PROPERTY)
    static class Handlers implements BeanCreatedEventListener<MailHandler> {
        private final FaultSwitch faults;

        Handlers(FaultSwitch faults) {
            this.faults = faults;
        }

        @Override
        public MailHandler onCreated(BeanCreatedEvent<MailHandler> event) {
            return new FaultyHandler(faults, event.getBean());
        }
    }
}
