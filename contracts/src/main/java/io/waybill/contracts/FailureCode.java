package io.waybill.contracts;

import static io.waybill.contracts.Disposition.DEAD_LETTER;
import static io.waybill.contracts.Disposition.PARK_HANDLER;
import static io.waybill.contracts.Disposition.PARK_MAILBOX;
import static io.waybill.contracts.Disposition.RETRY;

/** What can go wrong with a job: a closed set. Metrics, logs, headers and the command line use these very words. */
public enum FailureCode {
    /** The bytes are no pointer job. */
    UNDECODABLE(DEAD_LETTER, Actor.US),
    /** The record carries a field that a pointer must not have. */
    FORBIDDEN_FIELD(DEAD_LETTER, Actor.US),
    /** The record is larger than a pointer can be. */
    POINTER_TOO_LARGE(DEAD_LETTER, Actor.US),
    /** The record's key or job id is not the one that its fields yield. */
    IDENTITY_MISMATCH(DEAD_LETTER, Actor.US),
    /** Nobody has applied a mailbox of that name and incarnation. Retried for 10 minutes: the table may lag. */
    UNKNOWN_MAILBOX(RETRY, Actor.OPERATOR),
    /** The mail server could not be reached, or closed the connection. */
    SOURCE_UNREACHABLE(RETRY, Actor.PROVIDER),
    /** The mail server answered something that it should not have. */
    SOURCE_ERROR(RETRY, Actor.PROVIDER),
    /** The mail server asked us to come back later. */
    SOURCE_THROTTLED(RETRY, Actor.PROVIDER),
    /** The job did not finish within its deadline and was interrupted. */
    DEADLINE_EXCEEDED(RETRY, Actor.PROVIDER),
    /** The mail server refuses our credentials. */
    CREDENTIALS_REFUSED(PARK_MAILBOX, Actor.TENANT),
    /** The mailbox itself is not there any more. */
    MAILBOX_GONE(PARK_MAILBOX, Actor.TENANT),
    /** The mail server numbers a folder anew again and again: what was handled cannot be told from what was not. */
    MAILBOX_UNSTABLE(PARK_MAILBOX, Actor.OPERATOR),
    /** The message is larger than the limit. */
    MESSAGE_TOO_LARGE(DEAD_LETTER, Actor.OPERATOR),
    /** The parser's bounds refuse the message. */
    MIME_REFUSED(DEAD_LETTER, Actor.OPERATOR),
    /** A handler says that it will never take this message. */
    HANDLER_REFUSED(DEAD_LETTER, Actor.OPERATOR),
    /** Twice the process died while this job ran alone. */
    JVM_INTERRUPTED(DEAD_LETTER, Actor.OPERATOR),
    /** A handler failed and may succeed later. */
    HANDLER_FAILED(RETRY, Actor.OPERATOR),
    /** What a handler writes to is away. */
    SINK_UNAVAILABLE(PARK_HANDLER, Actor.OPERATOR);

    private final Disposition disposition;
    private final Actor actor;

    FailureCode(Disposition disposition, Actor actor) {
        this.disposition = disposition;
        this.actor = actor;
    }

    /** What the pipeline does with the job. */
    public Disposition disposition() {
        return disposition;
    }

    /** Who must act so that it stops. */
    public Actor actor() {
        return actor;
    }

    /** Whether the record was refused before it was trusted: its dead letter carries no bytes of it and can only be discarded. */
    public boolean redacted() {
        return switch (this) {
            case UNDECODABLE, FORBIDDEN_FIELD, POINTER_TOO_LARGE, IDENTITY_MISMATCH -> true;
            case UNKNOWN_MAILBOX,
                    SOURCE_UNREACHABLE,
                    SOURCE_ERROR,
                    SOURCE_THROTTLED,
                    DEADLINE_EXCEEDED,
                    CREDENTIALS_REFUSED,
                    MAILBOX_GONE,
                    MAILBOX_UNSTABLE,
                    MESSAGE_TOO_LARGE,
                    MIME_REFUSED,
                    HANDLER_REFUSED,
                    JVM_INTERRUPTED,
                    HANDLER_FAILED,
                    SINK_UNAVAILABLE -> false;
        };
    }

    /** Who must act on a failure. */
    public enum Actor {
        PROVIDER,
        TENANT,
        OPERATOR,
        US
    }
}
