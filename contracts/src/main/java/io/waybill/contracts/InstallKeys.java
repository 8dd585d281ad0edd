package io.waybill.contracts;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The live install keys for whoever needs them all the time: they are looked up once in a while, since finding and reading two files
 * would be much of the work. Safe for use by many threads.
 */
public final class InstallKeys {
    private final Supplier<List<InstallKey>> lookUp;
    private final long keepNanos;
    private volatile Found found = new Found(List.of(), OptionalLong.empty());

    private record Found(List<InstallKey> live, OptionalLong at) {}

    /**
     * @param lookUp finds the live keys, the one in force first; called by one thread at a time
     * @param keep how long they are used before they are looked up again
     */
    public InstallKeys(Supplier<List<InstallKey>> lookUp, Duration keep) {
        this.lookUp = lookUp;
        this.keepNanos = keep.toNanos();
    }

    /** The live keys, the one in force first, as they were a short while ago; empty where the installation has none. */
    public List<InstallKey> live() {
        Found known = found;
        return isFresh(known) ? known.live() : lookedUp();
    }

    /** Where many find at once that the keys are old, the first one looks them up for all. */
    private synchronized List<InstallKey> lookedUp() {
        if (!isFresh(found)) {
            long now = System.nanoTime();
            found = new Found(lookUp.get(), OptionalLong.of(now));
        }
        return found.live();
    }

    private boolean isFresh(Found known) {
        return known.at().isPresent() && System.nanoTime() - known.at().getAsLong() < keepNanos;
    }
}
