package io.waybill.benchmarks.pipeline;

import java.util.Locale;

/** What an arm is measured against. */
sealed interface Peer {
    /** In the head of a column. */
    String text();

    /** Another arm, in the same round. */
    record Other(ArmKind kind) implements Peer {
        @Override
        public String text() {
            return kind.plainLabel();
        }
    }

    /** What cannot be exceeded, in jobs a second: cap divided by latency. */
    record Limit(double perSecond) implements Peer {
        @Override
        public String text() {
            return String.format(Locale.ROOT, "cap / latency, %,.0f/s", perSecond);
        }
    }
}
