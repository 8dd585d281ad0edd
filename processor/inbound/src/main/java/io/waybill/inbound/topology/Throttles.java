package io.waybill.inbound.topology;

import io.waybill.contracts.MailboxKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The mailboxes that their providers want left alone for a while, and those that are tried again since. Such a mailbox waits as one, however
 * many jobs it has: if each of them were told for itself that it must come back later, it would cost its neighbours as much as if it were
 * done, and that each time. Kept in memory alone: a new owner's first job is told the same. Belongs to one task's stream thread.
 */
final class Throttles {
    private final Duration longest;
    private final Map<MailboxKey, Pause> pauses = new HashMap<>();

    /** What is to be made of a mailbox. */
    enum Phase {
        /** Its jobs run as there is room. */
        OPEN,
        /** None is to start. */
        LEFT_ALONE,
        /** A few go ahead; what they are told is not known yet. */
        TRIED
    }

    private record Pause(Instant since, Instant until) {
        /** A clock that was set back must not make it longer by as much. */
        boolean isOver(Instant now) {
            return now.isBefore(since) || !now.isBefore(until);
        }
    }

    /** @param longest a mailbox is tried after this time, however long its provider asks for */
    Throttles(Duration longest) {
        this.longest = longest;
    }

    Phase of(MailboxKey mailbox, Instant now) {
        Pause pause = pauses.get(mailbox);
        if (pause == null) {
            return Phase.OPEN;
        }
        return pause.isOver(now) ? Phase.TRIED : Phase.LEFT_ALONE;
    }

    /**
     * The provider wants to be left alone.
     *
     * @param asked for how long; zero where it does not say: then a few jobs at a time try it
     * @return whether jobs that are queued are to be held back from now on
     */
    boolean leaveAlone(MailboxKey mailbox, Duration asked, Instant now) {
        boolean isNews = of(mailbox, now) != Phase.LEFT_ALONE;
        Pause pause = new Pause(now, now.plus(asked.compareTo(longest) < 0 ? asked : longest));
        pauses.merge(
                mailbox, pause, (before, after) -> isNews || after.until().isAfter(before.until()) ? after : before);
        return isNews && !pause.isOver(now);
    }

    /** A job of the mailbox ended otherwise. While it is left alone that tells nothing: it began before. */
    void answered(MailboxKey mailbox, Instant now) {
        if (of(mailbox, now) == Phase.TRIED) {
            pauses.remove(mailbox);
        }
    }

    /** Those that are over and have nothing to hold back would stay for ever. */
    void forget(Instant now, Predicate<MailboxKey> idle) {
        pauses.entrySet().removeIf(entry -> entry.getValue().isOver(now) && idle.test(entry.getKey()));
    }
}
