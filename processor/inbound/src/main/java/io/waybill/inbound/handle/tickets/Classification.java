package io.waybill.inbound.handle.tickets;

import io.waybill.handler.Automation;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailReport;
import io.waybill.handler.MailReport.Complaint;
import io.waybill.handler.MailReport.Delivery;
import io.waybill.handler.MailReport.Outcome;
import io.waybill.handler.MailReport.Receipt;
import io.waybill.handler.MailReport.Recipient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a mail is to a ticket. Says how it is shown, and never that it is left out.
 *
 * @param kind what the comment will be
 * @param flags words for readers: {@code automated}, {@code self}, {@code delayed}, {@code delivered}, {@code receipt}, {@code complaint}
 * @param signs why it counts as automated
 * @param report what a mail system reports, a line for each recipient
 */
record Classification(Kind kind, List<String> flags, List<String> signs, List<String> report) {
    static final String AUTOMATED = "automated";

    /** Added to a mail that {@link LoopFuse} kept from opening a ticket. */
    static final String FUSED = "fused";

    private static final Set<String> PARTS_OF_A_RECEIPT = Set.of(
            "message/disposition-notification",
            "message/global-disposition-notification",
            "message/rfc822",
            "message/global",
            "text/rfc822-headers",
            "message/global-headers");

    /** What a comment is. */
    enum Kind {
        /** Something that somebody wrote, or some machine. */
        MAIL,
        /** A mail of the ticket did not reach its recipient. */
        BOUNCE,
        /** Something that happened and calls for nothing: a delay, a delivery, a receipt, a complaint. */
        NOTE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Classification of(InboundMail mail, HandlerContext job) {
        List<String> flags = new ArrayList<>();
        if (!mail.automation().isEmpty() || mail.report().isPresent()) {
            flags.add(AUTOMATED);
        }
        // From the mailbox itself: an agent who writes from it, or a loop. Whoever answers mails must not answer this
        // one.
        String self = job.mailboxAddress().toLowerCase(Locale.ROOT);
        if (new Correspondents(mail).sender().filter(self::equals).isPresent()) {
            flags.add("self");
        }
        mail.report().flatMap(Classification::flag).ifPresent(flags::add);
        return new Classification(
                mail.report().map(Classification::kind).orElse(Kind.MAIL),
                List.copyOf(flags),
                mail.automation().stream().map(Automation::word).toList(),
                mail.report().stream().flatMap(Classification::lines).toList());
    }

    boolean isAutomated() {
        return flags.contains(AUTOMATED);
    }

    /** The same mail, kept from opening a ticket. */
    Classification fused() {
        return new Classification(
                kind, Stream.concat(flags.stream(), Stream.of(FUSED)).toList(), signs, report);
    }

    /** Whether the mail is a read receipt and nothing else: what comes with other files may matter to somebody. */
    static boolean isMereReceipt(InboundMail mail) {
        return mail.report().filter(Receipt.class::isInstance).isPresent()
                && mail.attachments().stream().allMatch(part -> PARTS_OF_A_RECEIPT.contains(part.mediaType()));
    }

    /** Whether a mail system speaks, which is nobody's partner in a conversation: only our own marks lead it to a ticket. */
    static boolean isOfMailSystem(InboundMail mail) {
        return mail.report().filter(report -> !(report instanceof Receipt)).isPresent();
    }

    private static Kind kind(MailReport report) {
        return switch (report) {
            case Delivery delivery -> delivery.outcome() == Outcome.FAILED ? Kind.BOUNCE : Kind.NOTE;
            case Receipt _, Complaint _ -> Kind.NOTE;
        };
    }

    private static Optional<String> flag(MailReport report) {
        return switch (report) {
            case Delivery delivery ->
                switch (delivery.outcome()) {
                    case FAILED -> Optional.empty();
                    case DELAYED -> Optional.of("delayed");
                    case DELIVERED -> Optional.of("delivered");
                };
            case Receipt _ -> Optional.of("receipt");
            case Complaint _ -> Optional.of("complaint");
        };
    }

    private static Stream<String> lines(MailReport report) {
        return switch (report) {
            case Delivery delivery -> delivery.recipients().stream().map(Classification::line);
            case Receipt receipt -> Stream.of(receipt.disposition());
            case Complaint complaint -> Stream.of(complaint.feedbackType());
        };
    }

    private static String line(Recipient recipient) {
        return recipient.outcome().name().toLowerCase(Locale.ROOT)
                + ": " + recipient.address()
                + (recipient.status().isEmpty() ? "" : " (" + recipient.status() + ")")
                + (recipient.diagnostic().isEmpty() ? "" : " " + recipient.diagnostic());
    }
}
