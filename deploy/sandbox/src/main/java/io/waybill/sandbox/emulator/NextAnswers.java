package io.waybill.sandbox.emulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What somebody ordered for the next calls of a kind, in turn. */
public final class NextAnswers<C, A> {
    private final Map<C, Deque<A>> next = new HashMap<>();

    public synchronized void add(C call, List<A> answers) {
        next.computeIfAbsent(call, none -> new ArrayDeque<>()).addAll(answers);
    }

    /** The answer to this call, which is used up then; empty if none is ordered. */
    public synchronized Optional<A> poll(C call) {
        Deque<A> answers = next.get(call);
        return answers == null ? Optional.empty() : Optional.ofNullable(answers.poll());
    }

    public synchronized void clear() {
        next.clear();
    }
}
