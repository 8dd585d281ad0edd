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
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
            case EFFECT_DOUBLED -> {
                handler.handle(disguised(mail), disguised(context));
                yield handler.handle(mail, context);
            }
            case HEALTHY_REFUSED -> HandlerResult.refuse("not today");
            case CONTENT_TOLD -> {
                handler.handle(mail, context);
                yield HandlerResult.done("created", mail.subject());
            }
            case NONE, OUTCOME_LOST, OUTCOME_DOUBLED, SETTLEMENT_LOST -> handler.handle(mail, context);
        };
    }

    /** What a handler may know the mail again by is another's. */
    private static InboundMail disguised(InboundMail mail) {
        return (InboundMail) Proxy.newProxyInstance(
                InboundMail.class.getClassLoader(),
                new Class<?>[] {InboundMail.class},
                (_, method, arguments) -> method.getName().equals("contentKey")
                        ? Arrays.copyOf(mail.messageId().orElse("").getBytes(StandardCharsets.UTF_8), 32)
                        : method.invoke(mail, arguments));
    }

    private static HandlerContext disguised(HandlerContext context) {
        return new HandlerContext(
                "again-" + context.jobId(),
                context.tenant(),
                context.mailbox(),
                context.mailboxAddress(),
                context.generation(),
                context.attempt(),
                context.recovered(),
                context.deadline());
    }
}
