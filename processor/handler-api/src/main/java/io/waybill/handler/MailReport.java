package io.waybill.handler;

import java.util.List;
import java.util.Optional;

/**
 * What a mail system says about another mail. Anybody can write one: that a mail is named in it does not show that the mail existed.
 * Texts other than ids are without control
 * characters.
 */
public sealed interface MailReport {
    /** The mail that it is about, as far as it was sent back; empty where nothing of it was. */
    Optional<ReturnedMail> returned();

    /**
     * What became of sending a mail; RFC 3464.
     *
     * @param outcome the worst of its recipients'
     * @param recipients at most 100
     */
    record Delivery(Outcome outcome, List<Recipient> recipients, Optional<ReturnedMail> returned)
            implements MailReport {
        public Delivery {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * Somebody's program displayed, deleted or otherwise dealt with a mail; RFC 8098.
     *
     * @param originalMessageId of that mail, without brackets
     * @param disposition such as {@code displayed}; at most 40 characters
     */
    record Receipt(Optional<String> originalMessageId, String disposition, Optional<ReturnedMail> returned)
            implements MailReport {}

    /**
     * Somebody complained about a mail; RFC 5965.
     *
     * @param feedbackType such as {@code abuse}; at most 40 characters
     */
    record Complaint(String feedbackType, Optional<ReturnedMail> returned) implements MailReport {}

    /** What became of sending, from the best to the worst. */
    enum Outcome {
        /** It arrived, or was handed on to a system that sends no reports. */
        DELIVERED,
        /** It did not arrive yet; it is tried further, and there is nothing to do. */
        DELAYED,
        /** It will not arrive. */
        FAILED
    }

    /**
     * What became of sending to one recipient.
     *
     * @param address as the reporting system writes it; at most 320 characters
     * @param status such as {@code 5.1.1}; RFC 3463; empty where none is given
     * @param diagnostic what the remote system said; at most 500 characters; may be empty
     */
    record Recipient(String address, Outcome outcome, String status, String diagnostic) {}

    /**
     * The header of the mail that was sent back.
     *
     * @param messageId without brackets
     * @param cites as {@link InboundMail#cites}
     * @param senders the addresses of From, Reply-To and Return-Path
     */
    record ReturnedMail(Optional<String> messageId, List<String> cites, List<MailAddress> senders) {
        public ReturnedMail {
            cites = List.copyOf(cites);
            senders = List.copyOf(senders);
        }
    }
}
