package io.waybill.inbound;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * All that a process does beyond its own memory, in the order in which it does it, and the place where it dies. Nobody writes down what
 * there is to do: it is written down while it is done.
 *
 * <p>A process that is dead does nothing any more, on any of its threads.
 */
final class CrashPoints {
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<Crash> seen = new LinkedHashSet<>();
    private final Set<Step> inTransaction = new HashSet<>();
    private Crash fatal;
    private boolean watching;
    private boolean dead;

    /**
     * Something that is done.
     *
     * @param what as a reader of a test's output understands it
     * @param ordinal how often the same was done before, and once more
     */
    record Step(String what, int ordinal) {
        @Override
        public String toString() {
            return what + " #" + ordinal;
        }
    }

    /** A death. */
    record Crash(Moment moment, Step step) {
        @Override
        public String toString() {
            return moment.words + " " + step;
        }
    }

    /** When, as seen from a step. */
    enum Moment {
        BEFORE("before"),
        /** It is done, and nobody has heard of it. */
        AFTER("after"),
        /** It is on its way to the brokers, and its transaction is still open. */
        BEFORE_COMMIT("before the commit of"),
        /** The brokers have committed it, and nobody has heard of that. */
        AFTER_COMMIT("after the commit of");

        private final String words;

        Moment(String words) {
            this.words = words;
        }
    }

    /** Thrown in a dead process. */
    static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** From now on what is done is counted anew, and written down. */
    synchronized void watch() {
        counts.clear();
        seen.clear();
        inTransaction.clear();
        fatal = null;
        watching = true;
    }

    /** The same, and there the process dies. */
    synchronized void watch(Crash crash) {
        watch();
        fatal = crash;
    }

    /** The places where it could have died since then, in order. */
    synchronized List<Crash> seen() {
        return new ArrayList<>(seen);
    }

    synchronized boolean isDead() {
        return dead;
    }

    synchronized void requireAlive() {
        if (dead) {
            throw new Death();
        }
    }

    /** A call that nothing undoes. */
    <T> T call(String what, Supplier<T> call) {
        Step step = begin(what, Moment.AFTER);
        T result = call.get();
        pass(new Crash(Moment.AFTER, step));
        return result;
    }

    /** A record is sent within the transaction that is open. */
    void send(String what) {
        Step step = begin(what, Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT);
        synchronized (this) {
            inTransaction.add(step);
        }
    }

    /** The transaction is committed. */
    void commit(Runnable commit) {
        requireAlive();
        Set<Step> sent;
        synchronized (this) {
            sent = Set.copyOf(inTransaction);
            inTransaction.clear();
        }
        sent.forEach(step -> pass(new Crash(Moment.BEFORE_COMMIT, step)));
        commit.run();
        sent.forEach(step -> pass(new Crash(Moment.AFTER_COMMIT, step)));
    }

    private synchronized Step begin(String what, Moment... later) {
        requireAlive();
        if (!watching) {
            return new Step(what, 0);
        }
        Step step = new Step(what, counts.merge(what, 1, Integer::sum));
        seen.add(new Crash(Moment.BEFORE, step));
        for (Moment moment : later) {
            seen.add(new Crash(moment, step));
        }
        pass(new Crash(Moment.BEFORE, step));
        return step;
    }

    private synchronized void pass(Crash here) {
        requireAlive();
        if (here.equals(fatal)) {
            dead = true;
            throw new Death();
        }
    }
}
