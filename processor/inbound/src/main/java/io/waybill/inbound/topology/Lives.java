package io.waybill.inbound.topology;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Tells a process that died from one that only gave a task away. */
@FunctionalInterface
public interface Lives {
    /**
     * Asks which processes are members of the group now; whoever asks has a stream thread and does not wait.
     *
     * @return never fails: tells of the process of a life whether it is one, and true where nobody can tell, for a death must be certain
     */
    CompletableFuture<Predicate<String>> ask();

    /** Knows at once. */
    static Lives known(Predicate<String> alive) {
        return () -> CompletableFuture.completedFuture(alive);
    }
}
