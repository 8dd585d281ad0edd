package io.waybill.inbound.handle.tickets;

import io.waybill.contracts.InstallKey;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.OwnMail;
import io.waybill.contracts.Secrets;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport.ReturnedMail;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The marks of our own mail that a mail carries: a reply address among its recipients, a Message-ID of ours that it has or answers, and
 * both in the mail that a report returns. Without an install key none is recognised.
 */
final class SignedMarks {
    private static final Logger LOG = LoggerFactory.getLogger(SignedMarks.class);

    /** Where relays write for whom a mail was, after To and Cc. */
    private static final List<String> RECIPIENT_FIELDS = List.of("Delivered-To", "X-Original-To", "Envelope-To");

    /** Each costs a hash or two; an honest mail has a few, and it is the sender who chooses how many there are. */
    private static final int MAX_MARKS = 100;

    private final Secrets secrets;

    SignedMarks(Secrets secrets) {
        this.secrets = secrets;
    }

    /** The tickets that the mail proves to belong to, the surest first. */
    List<Long> in(InboundMail mail, HandlerContext job) {
        List<String> marks = Stream.of(recipients(mail), ids(mail), returned(mail))
                .flatMap(texts -> texts)
                .filter(OwnMail::resembles)
                .distinct()
                .limit(MAX_MARKS)
                .toList();
        // Looked up only for a mail that has something like a mark: hardly any has.
        if (marks.isEmpty() || !MailboxKey.isName(job.tenant()) || !MailboxKey.isName(job.mailbox())) {
            return List.of();
        }
        OwnMail own = new OwnMail(new MailboxKey(job.tenant(), job.mailbox()), keys());
        List<Long> tickets = new ArrayList<>();
        for (String mark : marks) {
            own.ticketOfAddress(mark).ifPresent(tickets::add);
            own.ticketOfMessageId(mark).ifPresent(tickets::add);
        }
        return tickets.stream().distinct().toList();
    }

    private List<InstallKey> keys() {
        try {
            return InstallKey.live(secrets);
        } catch (IllegalArgumentException tooShort) {
            LOG.atError().log("install_key_unusable");
            return List.of();
        }
    }

    private static Stream<String> recipients(InboundMail mail) {
        return Stream.concat(
                Stream.of(mail.to(), mail.cc()).flatMap(List::stream).map(MailAddress::address),
                RECIPIENT_FIELDS.stream().flatMap(field -> mail.header(field).stream()));
    }

    private static Stream<String> ids(InboundMail mail) {
        return Stream.concat(mail.messageId().stream(), mail.cites().stream());
    }

    private static Stream<String> returned(InboundMail mail) {
        return Stream.concat(
                mail.report().stream().flatMap(Citations::reported),
                mail.report().flatMap(report -> report.returned()).stream()
                        .map(ReturnedMail::senders)
                        .flatMap(List::stream)
                        .map(MailAddress::address));
    }
}
