package io.waybill.benchmarks.fairness;

import java.util.EnumSet;
import java.util.Set;

/** What goes on beside the quiet mailboxes in one phase. */
enum Disturbance {
    /** Nothing: the others alone. */
    BASE("the others alone"),
    /** One tenant sends nine tenths of all there is. */
    HOT("one tenant with 90 % of the load"),
    /** One mailbox whose fetches return only when they are interrupted. */
    HANGING("one mailbox hangs"),
    /** One mailbox whose fetches are all answered with 429 and Retry-After. */
    THROTTLED("one mailbox answers 429"),
    /** Many rows that wait for their mailboxes' credentials, and the probes of them. */
    PARKED("parked rows"),
    /** All of it at once. */
    ALL("all at once");

    private final String text;

    Disturbance(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Who makes trouble. */
    Set<Role> roles() {
        return switch (this) {
            case BASE -> Set.of();
            case HOT -> Set.of(Role.HOT);
            case HANGING -> Set.of(Role.HANGING);
            case THROTTLED -> Set.of(Role.THROTTLED);
            case PARKED -> Set.of(Role.REFUSED);
            case ALL -> EnumSet.complementOf(EnumSet.of(Role.QUIET));
        };
    }

    /** Those that are measured one by one. */
    static Set<Disturbance> single() {
        return EnumSet.of(HOT, HANGING, THROTTLED, PARKED);
    }
}
