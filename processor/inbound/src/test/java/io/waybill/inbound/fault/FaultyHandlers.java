package io.waybill.inbound.fault;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import io.waybill.inbound.intercept.InterceptedHandler;
import jakarta.inject.Singleton;

/** Has handlers of ours not do what they should. */
@Singleton
@Requires(property = FaultSwitch.PROPERTY)
class FaultyHandlers implements BeanCreatedEventListener<MailHandler> {
    private final FaultSwitch faults;

    FaultyHandlers(FaultSwitch faults) {
        this.faults = faults;
    }

    @Override
    public MailHandler onCreated(BeanCreatedEvent<MailHandler> event) {
        return new InterceptedHandler(event.getBean(), this::handle);
    }

    private HandlerResult handle(MailHandler handler, InboundMail mail, HandlerContext context) throws Exception {
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
}
