package io.waybill.inbound.topology;

import io.waybill.contracts.FailureCode;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once per process that something is parked, and once that it healed, however many tasks notice. */
public final class Alerts {
    private static final Logger LOG = LoggerFactory.getLogger("waybill.alerts");

    private final Map<ParkCause, Integer> parkedTasks = new HashMap<>();

    /** A task parks jobs for this cause. */
    synchronized void parked(ParkCause cause, FailureCode code, String detail) {
        if (parkedTasks.merge(cause, 1, Integer::sum) == 1) {
            LOG.atError()
                    .addKeyValue("cause", cause.toString())
                    .addKeyValue("code", code)
                    .addKeyValue("who_acts", code.actor())
                    .addKeyValue("detail", detail)
                    .log("parked");
        }
    }

    /** A task goes on with the jobs of this cause. */
    void healed(ParkCause cause) {
        if (left(cause)) {
            LOG.atInfo().addKeyValue("cause", cause.toString()).log("healed");
        }
    }

    /** A task no longer parks jobs for this cause, for whatever reason; true where it was the last. */
    synchronized boolean left(ParkCause cause) {
        return parkedTasks.computeIfPresent(cause, (_, tasks) -> tasks == 1 ? null : tasks - 1) == null;
    }

    /** Causes that park jobs of this process. */
    public synchronized int count() {
        return parkedTasks.size();
    }
}
