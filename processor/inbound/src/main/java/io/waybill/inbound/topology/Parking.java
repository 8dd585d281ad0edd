package io.waybill.inbound.topology;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The causes that park jobs of one task, and when each is probed. Belongs to the task's stream thread. */
final class Parking {
    private final MailboxDirectory directory;
    private final ProbePolicy policy;
    private final Alerts alerts;
    private final Map<ParkCause, Probe> causes = new HashMap<>();

    private static final class Probe {
        private int failed;
        private boolean underWay;
        private Instant next;

        private Probe(Instant next) {
            this.next = next;
        }
    }

    /** @param known causes that an earlier owner parked rows for: probed soon, since nobody knows how long ago that was */
    Parking(StageContext shared, Set<ParkCause> known, Instant now) {
        this.directory = shared.directory();
        this.policy = shared.probes();
        this.alerts = shared.alerts();
        for (ParkCause cause : known) {
            switch (cause.kind()) {
                case PAUSED -> pause(cause);
                case MAILBOX -> adopt(cause, FailureCode.CREDENTIALS_REFUSED, now);
                case HANDLER -> adopt(cause, FailureCode.SINK_UNAVAILABLE, now);
            }
        }
    }

    /**
     * Why this row must not run now, if there is a reason.
     *
     * @param except a cause that does not count, because the row is its probe; or null
     */
    Optional<ParkCause> causeOf(Row row, ParkCause except) {
        if (directory.isPaused(row.mailbox())) {
            return Optional.of(ParkCause.paused(row.mailbox()));
        }
        if (causes.isEmpty()) {
            return Optional.empty();
        }
        ParkCause mailbox = ParkCause.mailbox(row.mailbox());
        if (!mailbox.equals(except) && causes.containsKey(mailbox)) {
            return Optional.of(mailbox);
        }
        if (row.isListing()) {
            return Optional.empty();
        }
        return directory.find(row.mailbox()).map(Mailbox::handlers).stream()
                .flatMap(List::stream)
                .filter(handler -> !isDone(row, handler))
                .map(ParkCause::handler)
                .filter(cause -> !cause.equals(except) && causes.containsKey(cause))
                .findFirst();
    }

    private static boolean isDone(Row row, String handler) {
        var state = row.progress().handlers().get(handler);
        return state != null && state.done();
    }

    /** A job failed for this cause: it is parked from now on, or still. */
    void park(ParkCause cause, Failure failure, boolean probed, Instant now) {
        Probe probe = causes.get(cause);
        if (probe == null) {
            causes.put(cause, new Probe(now.plus(policy.pause(0))));
            alerts.parked(cause, failure.code(), failure.detail());
        } else if (probed) {
            probe.failed++;
            probe.underWay = false;
            probe.next = now.plus(policy.pause(probe.failed));
            alerts.probed(cause, failure.code(), failure.detail());
        }
    }

    /** There was no time for a probe: it is as long due as it was, and has its turn before those that became due later. */
    void leaveDue(ParkCause cause) {
        Probe probe = causes.get(cause);
        if (probe != null) {
            probe.underWay = false;
        }
    }

    /** A probe ended before it came as far as its cause, or found none that may go: another one is due. */
    void probeAgain(ParkCause cause, Instant next) {
        Probe probe = causes.get(cause);
        if (probe != null) {
            probe.underWay = false;
            probe.next = next;
        }
    }

    /** As {@link #probeAgain(ParkCause, Instant)}, after the pause that the last failed probe left. */
    void probeAgainLater(ParkCause cause, Instant now) {
        Probe probe = causes.get(cause);
        if (probe != null) {
            probeAgain(cause, now.plus(policy.pause(probe.failed)));
        }
    }

    /** Jobs of a paused mailbox wait from now on. */
    void pause(ParkCause paused) {
        causes.computeIfAbsent(paused, _ -> new Probe(Instant.MAX));
    }

    /** The causes whose time for a probe has come, the longest due first; each is under way until it is parked or healed. */
    List<ParkCause> dueProbes(Instant now) {
        List<ParkCause> due = new ArrayList<>();
        causes.forEach((cause, probe) -> {
            if (cause.kind() != ParkCause.Kind.PAUSED && !probe.underWay && !now.isBefore(probe.next)) {
                probe.underWay = true;
                due.add(cause);
            }
        });
        due.sort(Comparator.comparing(cause -> causes.get(cause).next));
        return due;
    }

    /** The paused mailboxes that are not paused any more. */
    List<ParkCause> resumed() {
        return causes.keySet().stream()
                .filter(cause -> cause.kind() == ParkCause.Kind.PAUSED)
                .filter(cause -> !directory.isPaused(MailboxKey.parse(cause.name())))
                .toList();
    }

    /** The cause is gone: its jobs may go on. */
    void heal(ParkCause cause) {
        if (causes.remove(cause) != null && cause.kind() != ParkCause.Kind.PAUSED) {
            alerts.healed(cause);
        }
    }

    boolean isActive(ParkCause cause) {
        return causes.containsKey(cause);
    }

    /** The task goes to another owner. */
    void close() {
        causes.keySet().stream()
                .filter(cause -> cause.kind() != ParkCause.Kind.PAUSED)
                .forEach(alerts::left);
        causes.clear();
    }

    private void adopt(ParkCause cause, FailureCode code, Instant now) {
        causes.put(cause, new Probe(now.plus(policy.pause(0))));
        alerts.parked(cause, code, "jobs were parked before this process took them over");
    }
}
