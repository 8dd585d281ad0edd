package io.waybill.inbound.crash;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.waybill.handler.MailHandler;
import io.waybill.sources.MailSources;
import jakarta.inject.Singleton;

/** Puts crash points around what the process does. There only where this package is on the class path, and the property is set. */
@Factory
@Requires(property = CrashPointBeans.PROPERTY)
class CrashPointBeans {
    static final String PROPERTY = "waybill.crash-points";

    @Singleton
    CrashPoints points() {
        return CrashPoints.ofThisJvm();
    }

    @Singleton
    @Requires(property = PROPERTY)
    static class Handlers implements BeanCreatedEventListener<MailHandler> {
        private final CrashPoints points;

        Handlers(CrashPoints points) {
            this.points = points;
        }

        @Override
        public MailHandler onCreated(BeanCreatedEvent<MailHandler> event) {
            return points.around(event.getBean());
        }
    }

    @Singleton
    @Requires(property = PROPERTY)
    static class Sources implements BeanCreatedEventListener<MailSources> {
        private final CrashPoints points;

        Sources(CrashPoints points) {
            this.points = points;
        }

        @Override
        public MailSources onCreated(BeanCreatedEvent<MailSources> event) {
            MailSources sources = event.getBean();
            return new MailSources(
                    new CrashPointSource(points, sources.imap()),
                    new CrashPointSource(points, sources.graph()),
                    new CrashPointSource(points, sources.gmail()));
        }
    }
}
