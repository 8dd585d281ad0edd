package io.waybill.inbound.execute;

import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Stage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far a running attempt is: if it has to be given up, what its handlers have done stays done. Written by the attempt's thread, read
 * by any.
 */
public final class Progress {
    private volatile Stage stage = Stage.FETCH;
    private volatile Map<String, HandlerState> handlers;
    private volatile Optional<String> handler = Optional.empty();

    /** @param handlers what each made of it in earlier attempts */
    public Progress(Map<String, HandlerState> handlers) {
        this.handlers = handlers;
    }

    /** A handler is about to be called; the states are those before it. */
    void calling(String name, Map<String, HandlerState> states) {
        stage = Stage.HANDLE;
        handlers = copy(states);
        handler = Optional.of(name);
    }

    /** A handler is done, and stays so whatever fails before the next is called. */
    void done(Map<String, HandlerState> states) {
        handlers = copy(states);
    }

    /** What each handler made of it so far. */
    Map<String, HandlerState> handlers() {
        return handlers;
    }

    Stage stage() {
        return stage;
    }

    /** The handler at work; empty before the first. */
    Optional<String> handler() {
        return handler;
    }

    private static Map<String, HandlerState> copy(Map<String, HandlerState> states) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }
}
