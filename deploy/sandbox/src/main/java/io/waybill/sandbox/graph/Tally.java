package io.waybill.sandbox.graph;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each of some things happened. */
final class Tally<K extends Comparable<K>> {
    private final Map<K, LongAdder> counts = new ConcurrentHashMap<>();

    void add(K what, int times) {
        counts.computeIfAbsent(what, first -> new LongAdder()).add(times);
    }

    long of(K what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    /** What happened at all, in their order. */
    Map<K, Long> all() {
        Map<K, Long> all = new TreeMap<>();
        counts.forEach((what, count) -> all.put(what, count.sum()));
        return all;
    }
}
