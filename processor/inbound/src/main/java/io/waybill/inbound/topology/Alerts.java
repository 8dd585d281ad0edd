package io.waybill.inbound.topology;

import io.waybill.contracts.FailureCode;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once per process that something is parked, and once that it healed, however many tasks notice; and once more where it turns out to
 * be parked for another reason than was told.
 */
public final class Alerts {
    private static final Logger LOG = LoggerFactory.getLogger("waybill.alerts");

    private final Map<ParkCause, Told> parked = new HashMap<>();

    /**
     * @param tasks those that park jobs for the cause
     * @param code the reason that was told last
     */
    private record Told(int tasks, FailureCode code) {}

    /** A task parks jobs for this cause. */
    synchronized void parked(ParkCause cause, FailureCode code, String detail) {
        Told told = parked.get(cause);
        if (told == null) {
            tell(cause, code, detail);
        }
        parked.put(cause, told == null ? new Told(1, code) : new Told(told.tasks() + 1, told.code()));
    }

    /** A probe says why the cause is parked still. */
    synchronized void probed(ParkCause cause, FailureCode code, String detail) {
        Told told = parked.get(cause);
        if (told != null && told.code() != code) {
            tell(cause, code, detail);
            parked.put(cause, new Told(told.tasks(), code));
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
        return parked.computeIfPresent(
                        cause, (_, told) -> told.tasks() == 1 ? null : new Told(told.tasks() - 1, told.code()))
                == null;
    }

    /** Causes that park jobs of this process. */
    public synchronized int count() {
        return parked.size();
    }

    private static void tell(ParkCause cause, FailureCode code, String detail) {
        LOG.atError()
                .addKeyValue("cause", cause.toString())
                .addKeyValue("code", code)
                .addKeyValue("who_acts", code.actor())
                .addKeyValue("detail", detail)
                .log("parked");
    }
}
