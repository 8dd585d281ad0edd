package io.waybill.sandbox;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets the demo and the tests choose by a header field of the mail what becomes of it: {@code X-Rehearsal: fail-twice} fails the
 * first two attempts, {@code X-Rehearsal: refuse-once} is refused until it is re-driven; any other mail is done at once. It is
 * there only where this jar is in the processor's handlers folder and a mailbox names it.
 */
public final class RehearsalHandler implements MailHandler {
    /** The header field that says what to play. */
    public static final String HEADER = "X-Rehearsal";

    private static final int FAILURES = 2;
    // Somebody watches: the retry policy's own delays would be half a minute.
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "rehearsal";
    }

    @Override
    public HandlerResult handle(InboundMail mail, HandlerContext context) {
        String play =
                mail.header(HEADER).stream().findFirst().orElse("").strip().toLowerCase(Locale.ROOT);
        return switch (play) {
            case "fail-twice" ->
                context.attempt() <= FAILURES
                        ? new HandlerResult.Retry("rehearsed failure " + context.attempt(), Optional.of(RETRY_AFTER))
                        : done();
            case "refuse-once" -> context.generation() == 0 ? HandlerResult.refuse("rehearsed refusal") : done();
            default -> done();
        };
    }

    private static HandlerResult done() {
        return HandlerResult.done("rehearsed", "");
    }
}
