package io.waybill.inbound.topology;

/** Tells a process that died from one that only gave a task away. */
@FunctionalInterface
public interface Lives {
    /** Whether the process of that life is still a member of the group; true where it cannot be told: a death must be certain. */
    boolean isAlive(String life);
}
