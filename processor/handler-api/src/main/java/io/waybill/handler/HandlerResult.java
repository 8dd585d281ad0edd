package io.waybill.handler;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What became of a mail in a handler. Texts must not quote the mail: they appear in outcomes, logs and dead letters. One that is longer
 * than it may be is cut; details have 500 characters.
 */
public sealed interface HandlerResult {
    /**
     * It is done, durably. The handler is not called again for this job.
     *
     * @param effect one word for what was done, such as {@code created}; at most 40 characters
     * @param reference what it became, such as a ticket's number; at most 200 characters; may be empty
     */
    record Done(String effect, String reference) implements HandlerResult {
        public Done {
            Objects.requireNonNull(effect, "effect");
            Objects.requireNonNull(reference, "reference");
        }
    }

    /**
     * There is nothing to do, and later handlers need not look either.
     *
     * @param reason why
     * @param evidence how the handler knows, at most 200 characters
     */
    record Skip(Reason reason, String evidence) implements HandlerResult {
        /** Why there is nothing to do. */
        public enum Reason {
            /** The very same message was handled before under another job id. */
            SAME_MESSAGE,
            /** A read receipt that belongs to no conversation. */
            RECEIPT
        }

        public Skip {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(evidence, "evidence");
        }
    }

    /**
     * It failed and may succeed later.
     *
     * @param detail what failed
     * @param after how long to wait before; empty leaves it to the retry policy
     */
    record Retry(String detail, Optional<Duration> after) implements HandlerResult {
        public Retry {
            Objects.requireNonNull(detail, "detail");
            Objects.requireNonNull(after, "after");
        }
    }

    /**
     * It will never be taken: it becomes a dead letter.
     *
     * @param detail why
     */
    record Refuse(String detail) implements HandlerResult {
        public Refuse {
            Objects.requireNonNull(detail, "detail");
        }
    }

    /**
     * What the handler writes to is away. Jobs of this handler wait, without spending attempts, until a probe succeeds.
     *
     * @param detail what is away
     */
    record Unavailable(String detail) implements HandlerResult {
        public Unavailable {
            Objects.requireNonNull(detail, "detail");
        }
    }

    static HandlerResult done(String effect, String reference) {
        return new Done(effect, reference);
    }

    static HandlerResult retry(String detail) {
        return new Retry(detail, Optional.empty());
    }

    static HandlerResult retry(String detail, Duration after) {
        return new Retry(detail, Optional.of(after));
    }

    static HandlerResult refuse(String detail) {
        return new Refuse(detail);
    }

    static HandlerResult unavailable(String detail) {
        return new Unavailable(detail);
    }
}
