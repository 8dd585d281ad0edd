package io.waybill.inbound.crash;

import io.waybill.handler.MailHandler;
import io.waybill.inbound.intercept.InterceptedHandler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that a process does beyond its own memory, in the order in which it does it, and the place where it dies. Nobody writes down what
 * there is to do: it is written down while it is done.
 *
 * <p>A process that is dead does nothing any more, on any of its threads: the JVM has gone, or, where a test's JVM is to live on, whatever
 * the process begins throws {@link Death}.
 */
public final class CrashPoints {
    public static final String CALL_HANDLER = "call of the handler";

    /** What the shell says of a process that SIGKILL ended. */
    public static final int KILLED = 137;

    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<Crash> seen = new LinkedHashSet<>();
    private final Set<Step> inTransaction = new HashSet<>();
    private Crash fatal;
    private final Runnable death;
    private boolean watching;
    private boolean dead;

    /** A process within this JVM, which lives on. */
    public CrashPoints() {
        this(() -> {});
    }

    private CrashPoints(Runnable death) {
        this.death = death;
    }

    /** This JVM's process. It dies as by SIGKILL: no hook runs, nothing is handed in. */
    static CrashPoints ofThisJvm() {
        return new CrashPoints(() -> Runtime.getRuntime().halt(KILLED));
    }

    /**
     * Something that is done.
     *
     * @param what as a reader of a test's output understands it
     * @param ordinal how often the same was done before, and once more
     */
    public record Step(String what, int ordinal) {
        @Override
        public String toString() {
            return what + " #" + ordinal;
        }
    }

    /** A death. */
    public record Crash(Moment moment, Step step) {
        @Override
        public String toString() {
            return moment.words + " " + step;
        }

        /** Reads what {@link #toString} wrote. */
        static Crash parse(String text) {
            int ordinal = text.lastIndexOf(" #");
            // The longest words first: "before the commit of" begins with "before".
            return Stream.of(Moment.values())
                    .sorted(Comparator.comparing((Moment moment) -> moment.words.length())
                            .reversed())
                    .filter(moment -> ordinal > 0 && text.startsWith(moment.words + " "))
                    .findFirst()
                    .map(moment -> new Crash(
                            moment,
                            new Step(
                                    text.substring(moment.words.length() + 1, ordinal),
                                    Integer.parseInt(text.substring(ordinal + 2)))))
                    .orElseThrow(() -> new IllegalArgumentException("no place to die at: " + text));
        }
    }

    /** When, as seen from a step. */
    public enum Moment {
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

    /** Something that the process asks of another. */
    @FunctionalInterface
    public interface Call<T, E extends Exception> {
        T make() throws E;
    }

    /** Thrown in a dead process. */
    public static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** From now on what is done is counted anew, and written down. */
    public synchronized void watch() {
        counts.clear();
        seen.clear();
        inTransaction.clear();
        fatal = null;
        watching = true;
    }

    /** The same, and there the process dies. */
    public synchronized void watch(Crash crash) {
        watch();
        fatal = crash;
    }

    /** The places where it could have died since then, in order. */
    public synchronized List<Crash> seen() {
        return new ArrayList<>(seen);
    }

    public synchronized boolean isDead() {
        return dead;
    }

    public synchronized void requireAlive() {
        if (dead) {
            throw new Death();
        }
    }

    /** A call that nothing undoes. */
    public <T, E extends Exception> T call(String what, Call<T, E> call) throws E {
        Step step = begin(what, Moment.AFTER);
        T result = call.make();
        pass(new Crash(Moment.AFTER, step));
        return result;
    }

    /** The handler, as a process that may be dead calls it: what it did stays done. */
    public MailHandler around(MailHandler handler) {
        return new InterceptedHandler(
                handler, (inner, mail, context) -> call(CALL_HANDLER, () -> inner.handle(mail, context)));
    }

    /** A record is sent within the transaction that is open. */
    public void send(String what) {
        Step step = begin(what, Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT);
        synchronized (this) {
            inTransaction.add(step);
        }
    }

    /** The transaction is committed. */
    public void commit(Runnable commit) {
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
            death.run();
            throw new Death();
        }
    }
}
