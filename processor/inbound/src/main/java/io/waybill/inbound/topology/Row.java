package io.waybill.inbound.topology;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a job that is not settled. One job has one row, from the moment its record is read; the row is the
 * acknowledgement.
 *
 * @param key of the row: the job's id, or one per mailbox and folder for listings, so that these coalesce
 * @param job the job
 * @param value the record's value as it was read
 * @param origin where it was read
 * @param progress how far it came
 * @param deaths how often its process died on it
 * @param listing only for listings: how far it came; null otherwise
 * @param state what it is doing
 */
record Row(
        RowKey key,
        PointerJob job,
        byte[] value,
        Origin origin,
        Progress progress,
        Deaths deaths,
        Listing listing,
        State state) {

    Row(PointerJob job, byte[] value, Origin origin, Progress progress, Deaths deaths, Listing listing, State state) {
        this(RowKey.of(job), job, value, origin, progress, deaths, listing, state);
    }

    /**
     * @param generation 0, and one more with each re-drive
     * @param attempt the number of the attempt that runs or comes next, from 1
     * @param attemptsTotal attempts that ended, in all generations
     * @param unknown attempts of this generation that found no such mailbox
     * @param alarms how often it was the one that had a cause park, when none had told of that cause
     * @param attempts the last attempts of this generation, oldest first
     * @param handlers what each handler made of it
     * @param firstSeen when it was first read
     * @param triedSince since when it may be tried: first seen, or let go by what parked it last
     */
    record Progress(
            int generation,
            int attempt,
            int attemptsTotal,
            int unknown,
            int alarms,
            List<Attempt> attempts,
            Map<String, HandlerState> handlers,
            Instant firstSeen,
            Instant triedSince) {
        /** Of a job that is seen now. */
        static Progress first(Instant now) {
            return new Progress(0, 1, 0, 0, 0, List.of(), Map.of(), now, now);
        }

        /** What parked the job has healed: the patience with it begins anew, however long it waited. */
        Progress released(Instant now) {
            return new Progress(
                    generation, attempt, attemptsTotal, unknown, alarms, attempts, handlers, firstSeen, now);
        }

        /** It had a cause park. */
        Progress alarmed() {
            return new Progress(
                    generation, attempt, attemptsTotal, unknown, alarms + 1, attempts, handlers, firstSeen, triedSince);
        }

        /** One more attempt ended; where none was spent (the cause was parked) it is told of but not counted. */
        Progress ended(Attempt ended, Map<String, HandlerState> now, boolean spent) {
            List<Attempt> kept = new ArrayList<>(attempts);
            kept.add(ended);
            if (kept.size() > JobOutcome.MAX_ATTEMPTS) {
                kept.removeFirst();
            }
            return new Progress(
                    generation,
                    spent ? attempt + 1 : attempt,
                    spent ? attemptsTotal + 1 : attemptsTotal,
                    spent && isUnknown(ended) ? unknown + 1 : unknown,
                    alarms,
                    List.copyOf(kept),
                    // In their order.
                    Collections.unmodifiableMap(new LinkedHashMap<>(now)),
                    firstSeen,
                    triedSince);
        }

        /**
         * Which attempt failed, as a failure of that code counts: a mailbox that was not known yet has its own patience, and what was
         * spent on it does not count against the mailbox's server.
         */
        int attemptsFor(FailureCode code) {
            int ended = attempt - 1;
            return code == FailureCode.UNKNOWN_MAILBOX ? ended : Math.max(1, ended - unknown);
        }

        static boolean isUnknown(Attempt attempt) {
            return FailureCode.UNKNOWN_MAILBOX.name().equals(attempt.code());
        }
    }

    /**
     * @param among deaths of the process while the job ran beside others
     * @param alone deaths while it ran alone
     */
    record Deaths(int among, int alone) {
        static final Deaths NONE = new Deaths(0, 0);
    }

    /**
     * @param page token of the last page read; null before the first
     * @param again whether the mailbox changed once more, in a way that this listing may not see
     * @param hint what was said of that change; null for nothing, or where there is none
     */
    record Listing(String page, boolean again, String hint) {
        static final Listing FIRST = new Listing(null, false, null);

        Listing at(String next) {
            return new Listing(next, again, hint);
        }

        /** The mailbox changed once more. */
        Listing andAgain(String next) {
            return new Listing(
                    page, true, again ? ChangesPointer.later(hint, next).orElse(null) : next);
        }
    }

    /** What a job is doing. */
    sealed interface State {
        /** Waits in memory for a permit. */
        record Queued() implements State {}

        /**
         * Runs.
         *
         * @param life the process that runs it
         * @param alone whether it runs with nothing beside it
         */
        record Running(String life, boolean alone) implements State {}

        /**
         * Waits on disk until a time.
         *
         * @param code why; null where there was no room in memory
         */
        record Waiting(Instant dueAt, String code) implements State {}

        /**
         * Waits on disk until its cause heals.
         *
         * @param cause what must heal
         * @param code the failure that told
         */
        record Parked(ParkCause cause, String code) implements State {}
    }

    static final State QUEUED = new State.Queued();

    MailboxKey mailbox() {
        return job.mailbox();
    }

    boolean isListing() {
        return listing != null;
    }

    /** What was said of the change that this listing is to find; null for nothing. */
    String hint() {
        return job.pointer() instanceof ChangesPointer changes ? changes.hint() : null;
    }

    /** Whether a listing will see what changes now: one that has begun may have read past it, and one with a hint may do nothing. */
    boolean sees(boolean begun) {
        return !begun && listing.page() == null && hint() == null;
    }

    /** This listing from that page on. A page that was read is progress: what failed before it is forgotten. */
    Row at(String page, Instant now) {
        return with(listing.at(page)).with(Progress.first(now)).in(QUEUED);
    }

    /** The listing that is to follow this one. */
    Row next(Instant now) {
        ChangesPointer pointer = (ChangesPointer) job.pointer();
        PointerJob following = PointerJob.of(
                mailbox(),
                job.incarnation(),
                new ChangesPointer(pointer.reason(), pointer.folder(), listing.hint()),
                job.enqueuedAt());
        return new Row(
                key,
                following,
                PointerJobCodec.encode(following),
                origin,
                Progress.first(now),
                deaths,
                Listing.FIRST,
                QUEUED);
    }

    Row in(State next) {
        return new Row(key, job, value, origin, progress, deaths, listing, next);
    }

    /** A row that waits until a time, and from now on until this one. */
    Row dueAt(Instant time) {
        return state instanceof State.Waiting waiting ? in(new State.Waiting(time, waiting.code())) : this;
    }

    Row with(Progress next) {
        return new Row(key, job, value, origin, next, deaths, listing, state);
    }

    Row with(Deaths next) {
        return new Row(key, job, value, origin, progress, next, listing, state);
    }

    Row with(Listing next) {
        return new Row(key, job, value, origin, progress, deaths, next, state);
    }
}
