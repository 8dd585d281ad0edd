package io.waybill.sandbox.emulator;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each of some things happened. */
public final class Tally<K extends Comparable<K>> {
    private final Map<K, LongAdder> counts = new ConcurrentHashMap<>();

    public void add(K what, int times) {
        counts.computeIfAbsent(what, first -> new LongAdder()).add(times);
    }

    public long of(K what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    /** What happened at all, in their order. */
    public Map<K, Long> all() {
        Map<K, Long> all = new TreeMap<>();
        counts.forEach((what, count) -> all.put(what, count.sum()));
        return all;
    }
}
