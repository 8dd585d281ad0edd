package io.waybill.sandbox.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Whether a call goes wrong, and the place where hanging calls wait. */
final class CallFaults {
    private final Map<GraphCall, Deque<GraphAnswer>> next = new EnumMap<>(GraphCall.class);
    private final Dice dice;
    private volatile GraphFaults faults = GraphFaults.none();
    private volatile CountDownLatch healed = new CountDownLatch(1);

    CallFaults(Dice dice) {
        this.dice = dice;
    }

    GraphFaults now() {
        return faults;
    }

    void set(GraphFaults other) {
        faults = other;
    }

    synchronized void answerNext(GraphCall call, List<GraphAnswer> answers) {
        next.computeIfAbsent(call, none -> new ArrayDeque<>()).addAll(answers);
    }

    synchronized void heal() {
        faults = GraphFaults.none();
        next.clear();
        healed.countDown();
        healed = new CountDownLatch(1);
    }

    boolean hangs(GraphCall call) {
        return faults.concern(call) && dice.falls(faults.hanging());
    }

    void awaitHealing() throws InterruptedException {
        healed.await();
    }

    boolean truncates(GraphCall call) {
        return faults.concern(call) && dice.falls(faults.truncated());
    }

    int bytesPerSecond(GraphCall call) {
        return faults.concern(call) ? faults.bytesPerSecond() : 0;
    }

    Optional<GraphAnswer> answer(GraphRoute route) {
        Optional<GraphAnswer> ordered = ordered(route.call());
        if (ordered.isPresent()) {
            return ordered;
        }
        GraphFaults now = faults;
        if (!now.concern(route.call())) {
            return Optional.empty();
        }
        boolean throttledUser = route.isOfMailbox() && now.throttledUsers().contains(route.name("user"));
        if (throttledUser || dice.falls(now.throttled())) {
            return Optional.of(GraphAnswer.throttled(now.retryAfter()));
        }
        return dice.falls(now.failing()) ? Optional.of(GraphAnswer.failure(now.failingStatus())) : Optional.empty();
    }

    private synchronized Optional<GraphAnswer> ordered(GraphCall call) {
        Deque<GraphAnswer> answers = next.get(call);
        return answers == null ? Optional.empty() : Optional.ofNullable(answers.poll());
    }
}
