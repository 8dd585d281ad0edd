package io.waybill.watch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.waybill.contracts.Mailbox;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What was told to those who must act, also by tests that run beside this one: their mailboxes have other names. */
final class Alerts extends AppenderBase<ILoggingEvent> {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private Logger logger;

    void listen() {
        logger = (Logger) LoggerFactory.getLogger("waybill.alerts");
        start();
        logger.setLevel(Level.INFO);
        logger.addAppender(this);
    }

    void leave() {
        logger.detachAppender(this);
    }

    List<String> of(Mailbox mailbox) {
        return events.stream()
                .filter(event -> event.getKeyValuePairs().stream()
                        .anyMatch(pair -> pair.key.equals("mailbox")
                                && mailbox.mailboxId().equals(pair.value)))
                .map(ILoggingEvent::getMessage)
                .toList();
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }
}
