package io.waybill.inbound.handle;

import io.waybill.contracts.Failure;
import io.waybill.handler.HandlerResult;
import java.time.Duration;
import java.util.Optional;

/**
 * Cuts what a handler says to the bounds of its API: its texts stand in state stores, headers and outcomes, which have bounds of their
 * own, and a line end in one would end a line of a header.
 */
final class ResultBounds {
    private static final int MAX_EFFECT = 40;
    private static final int MAX_REFERENCE = 200;
    private static final int MAX_EVIDENCE = 200;

    /** The retry policy has the last word; this keeps an absurd wait from overflowing its sums. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);

    private ResultBounds() {}

    static HandlerResult within(HandlerResult result) {
        return switch (result) {
            case HandlerResult.Done(String effect, String reference) ->
                new HandlerResult.Done(
                        effect.isBlank() ? "done" : text(effect, MAX_EFFECT), text(reference, MAX_REFERENCE));
            case HandlerResult.Skip(HandlerResult.Skip.Reason reason, String evidence) ->
                new HandlerResult.Skip(reason, text(evidence, MAX_EVIDENCE));
            case HandlerResult.Retry(String detail, Optional<Duration> after) ->
                new HandlerResult.Retry(text(detail, Failure.MAX_DETAIL), after.map(ResultBounds::wait));
            case HandlerResult.Refuse(String detail) -> HandlerResult.refuse(text(detail, Failure.MAX_DETAIL));
            case HandlerResult.Unavailable(String detail) ->
                HandlerResult.unavailable(text(detail, Failure.MAX_DETAIL));
        };
    }

    private static Duration wait(Duration asked) {
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /** The first characters, on one line and in whole characters. */
    private static String text(String said, int max) {
        StringBuilder kept = new StringBuilder();
        for (int i = 0; i < said.length(); ) {
            int c = said.codePointAt(i);
            i += Character.charCount(c);
            boolean sayable = !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE;
            if (kept.length() + Character.charCount(c) > max) {
                break;
            }
            kept.appendCodePoint(sayable ? c : ' ');
        }
        return kept.toString();
    }
}
