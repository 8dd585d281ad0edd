package io.waybill.inbound.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final ParkCause CAUSE = ParkCause.mailbox(new MailboxKey("acme", "alerts"));

    private final Alerts alerts = new Alerts();
    private LogEvents logged;

    @BeforeEach
    void listen() {
        logged = LogEvents.of("waybill.alerts");
    }

    @AfterEach
    void stop() {
        logged.close();
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
        return logged.with("cause", CAUSE.toString())
                .map(event -> {
                    String code = LogEvents.value(event, "code");
                    return event.getMessage() + (code == null ? "" : " " + code);
                })
                .toList();
    }
}
