package io.waybill.sandbox.graph;

import io.waybill.sandbox.emulator.Dice;
import io.waybill.sandbox.emulator.HangingCalls;
import io.waybill.sandbox.emulator.NextAnswers;
import java.util.List;
import java.util.Optional;

/** Whether a call goes wrong, and the place where hanging calls wait. */
final class CallFaults {
    private final NextAnswers<GraphCall, GraphAnswer> next = new NextAnswers<>();
    private final HangingCalls hanging = new HangingCalls();
    private final Dice dice;
    private volatile GraphFaults faults = GraphFaults.none();

    CallFaults(Dice dice) {
        this.dice = dice;
    }

    GraphFaults now() {
        return faults;
    }

    void set(GraphFaults other) {
        faults = other;
    }

    void answerNext(GraphCall call, List<GraphAnswer> answers) {
        next.add(call, answers);
    }

    void heal() {
        faults = GraphFaults.none();
        next.clear();
        hanging.release();
    }

    boolean hangs(GraphCall call) {
        return faults.concern(call) && dice.falls(faults.hanging());
    }

    void awaitHealing() throws InterruptedException {
        hanging.await();
    }

    boolean truncates(GraphCall call) {
        return faults.concern(call) && dice.falls(faults.truncated());
    }

    int bytesPerSecond(GraphCall call) {
        return faults.concern(call) ? faults.bytesPerSecond() : 0;
    }

    Optional<GraphAnswer> answer(GraphRoute route) {
        Optional<GraphAnswer> ordered = next.poll(route.call());
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
}
