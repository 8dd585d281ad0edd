package io.waybill.inbound.topology;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import io.waybill.inbound.execute.Completion;

/**
 * What must heal before parked jobs go on.
 *
 * @param kind what sort of thing
 * @param name which one
 */
record ParkCause(Kind kind, String name) implements Comparable<ParkCause> {
    /** What sort of thing must heal. */
    enum Kind {
        /** A mailbox whose server refuses us: probed. */
        MAILBOX('m'),
        /** A handler whose sink is away: probed. */
        HANDLER('h'),
        /** A mailbox that an operator paused: resumed by the operator. */
        PAUSED('p');

        final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    static ParkCause mailbox(MailboxKey key) {
        return new ParkCause(Kind.MAILBOX, key.toString());
    }

    static ParkCause handler(String name) {
        return new ParkCause(Kind.HANDLER, name);
    }

    static ParkCause paused(MailboxKey key) {
        return new ParkCause(Kind.PAUSED, key.toString());
    }

    /** What a failure that parks is to be blamed on: the sink of the handler that failed, or else the job's mailbox. */
    static ParkCause of(Completion.Failed failed, MailboxKey mailbox) {
        return failed.handler()
                .filter(_ -> failed.failure().code() == FailureCode.SINK_UNAVAILABLE)
                .map(ParkCause::handler)
                .orElseGet(() -> mailbox(mailbox));
    }

    /** Reads what {@link #toString} wrote. */
    static ParkCause parse(String text) {
        for (Kind kind : Kind.values()) {
            if (text.charAt(0) == kind.letter && text.charAt(1) == ':') {
                return new ParkCause(kind, text.substring(2));
            }
        }
        throw new IllegalArgumentException("not a park cause");
    }

    @Override
    public int compareTo(ParkCause other) {
        return toString().compareTo(other.toString());
    }

    /** The text in rows, index and logs. */
    @Override
    public String toString() {
        return kind.letter + ":" + name;
    }
}
