package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AlertsTest {
    private static final ParkCause CAUSE = ParkCause.mailbox(new MailboxKey("acme", "alerts"));

    private final Logger logger = (Logger) LoggerFactory.getLogger("waybill.alerts");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Alerts alerts = new Alerts();
    private Level before;

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(logged);
        logger.setLevel(before);
    }

    @Test
    void manyTasks_areOneAlert() {
        alerts.parked(CAUSE, FailureCode.CREDENTIALS_REFUSED, "as the test told");
        alerts.parked(CAUSE, FailureCode.CREDENTIALS_REFUSED, "as the test told");
        assertEquals(1, alerts.count());
        alerts.healed(CAUSE);
        alerts.healed(CAUSE);
        assertEquals(0, alerts.count());
        assertEquals(List.of("parked CREDENTIALS_REFUSED", "healed"), told());
    }

    /** What a process takes over is parked for a reason that it can only assume. */
    @Test
    void anotherReason_isToldOnce() {
        alerts.parked(CAUSE, FailureCode.CREDENTIALS_REFUSED, "assumed");
        alerts.probed(CAUSE, FailureCode.CREDENTIALS_REFUSED, "still");
        alerts.probed(CAUSE, FailureCode.MAILBOX_UNSTABLE, "since noon");
        alerts.probed(CAUSE, FailureCode.MAILBOX_UNSTABLE, "since noon");
        assertEquals(List.of("parked CREDENTIALS_REFUSED", "parked MAILBOX_UNSTABLE"), told());
    }

    private List<String> told() {
        return logged.list.stream()
                .filter(event -> event.getKeyValuePairs().stream()
                        .anyMatch(pair -> pair.key.equals("cause") && pair.value.equals(CAUSE.toString())))
                .map(event -> event.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals("code"))
                        .findFirst()
                        .map(code -> event.getMessage() + " " + code.value)
                        .orElse(event.getMessage()))
                .toList();
    }
}
