package io.waybill.sandbox.gmail;

import io.waybill.sandbox.emulator.Dice;
import io.waybill.sandbox.emulator.HangingCalls;
import io.waybill.sandbox.emulator.NextAnswers;
import java.util.List;
import java.util.Optional;

/** Whether a call goes wrong, and the place where hanging calls wait. */
final class CallFaults {
    private final NextAnswers<GmailCall, GmailAnswer> next = new NextAnswers<>();
    private final HangingCalls hanging = new HangingCalls();
    private final Dice dice;
    private volatile GmailFaults faults = GmailFaults.none();

    CallFaults(Dice dice) {
        this.dice = dice;
    }

    GmailFaults now() {
        return faults;
    }

    void set(GmailFaults other) {
        faults = other;
    }

    void answerNext(GmailCall call, List<GmailAnswer> answers) {
        next.add(call, answers);
    }

    void heal() {
        faults = GmailFaults.none();
        next.clear();
        hanging.release();
    }

    boolean hangs(GmailCall call) {
        GmailFaults now = faults;
        return now.concern(call) && dice.falls(now.hanging());
    }

    void awaitHealing() throws InterruptedException {
        hanging.await();
    }

    boolean truncates(GmailCall call) {
        GmailFaults now = faults;
        return now.concern(call) && dice.falls(now.truncated());
    }

    int bytesPerSecond(GmailCall call) {
        GmailFaults now = faults;
        return now.concern(call) ? now.bytesPerSecond() : 0;
    }

    /** @param user whose mailbox it is about; empty for none */
    Optional<GmailAnswer> answer(GmailCall call, Optional<String> user) {
        Optional<GmailAnswer> ordered = next.poll(call);
        if (ordered.isPresent()) {
            return ordered;
        }
        GmailFaults now = faults;
        if (!now.concern(call)) {
            return Optional.empty();
        }
        if (user.filter(now::throttle).isPresent() || dice.falls(now.throttled())) {
            return Optional.of(GmailAnswer.throttled(now.throttledAs(), now.retryAfter()));
        }
        return dice.falls(now.failing()) ? Optional.of(GmailAnswer.failure(now.failingStatus())) : Optional.empty();
    }
}
