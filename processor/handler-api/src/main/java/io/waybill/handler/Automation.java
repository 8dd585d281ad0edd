package io.waybill.handler;

import java.util.Locale;

/**
 * A sign that no person wrote a mail, or that none waits for an answer to it. Everything in a mail can be forged: a sign is a reason not
 * to answer, never one to drop the mail.
 */
public enum Automation {
    /** {@code Auto-Submitted} other than {@code no}; RFC 3834, 5. */
    AUTO_SUBMITTED,
    /** {@code Precedence}: bulk, junk, list or auto_reply. */
    PRECEDENCE,
    /** {@code X-Auto-Response-Suppress} asks for no automatic answer (All, OOF or AutoReply). */
    RESPONSE_SUPPRESSED,
    /** It came by a mailing list; RFC 2369 and 2919. */
    LIST,
    /** A field that only autoresponders and mass mailers write, such as {@code X-Autoreply} or {@code Feedback-ID}. */
    AUTORESPONDER,
    /** {@code Return-Path} is empty: nothing may come back; RFC 5321, 4.5.5. */
    NULL_RETURN_PATH,
    /** It is a report of a mail system, such as a bounce or a read receipt; RFC 6522. */
    REPORT,
    /** The sender is called mailer-daemon, postmaster, noreply, bounces or the like. */
    ROBOT_ADDRESS,
    /** It carries our own loop header: we sent it, or somebody sends it back. */
    LOOP;

    /** The sign as it is stored and shown, such as {@code auto-submitted}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
