package io.waybill.inbound.mime;

import io.waybill.handler.Attachment;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import io.waybill.handler.MailReport.Complaint;
import io.waybill.handler.MailReport.Delivery;
import io.waybill.handler.MailReport.Receipt;
import io.waybill.handler.MailReport.ReturnedMail;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads what a mail system reports: a delivery status (RFC 3464), a read receipt (RFC 8098) or a complaint (RFC 5965), and the header of
 * the mail that was sent back. Which of them it is, its parts say; mailers forget the parameter {@code report-type}.
 */
final class Reports {
    private static final Set<String> DELIVERY = Set.of("message/delivery-status", "message/global-delivery-status");
    private static final Set<String> RECEIPT =
            Set.of("message/disposition-notification", "message/global-disposition-notification");
    private static final Set<String> COMPLAINT = Set.of("message/feedback-report");
    private static final Set<String> RETURNED =
            Set.of("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers");

    private static final int MAX_WORD = 40;
    private static final int MAX_ADDRESSES = 10;

    /** In the text of bounces that return the mail as text. */
    private static final Pattern MESSAGE_ID_LINE =
            Pattern.compile("^message-id:[ \\t]*(<[^<>\\s]{1,998}>)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

    private final HeaderFields header;
    private final List<Attachment> parts;
    private final Optional<String> text;

    private Reports(HeaderFields header, List<Attachment> parts, Optional<String> text) {
        this.header = header;
        this.parts = parts;
        this.text = text;
    }

    /** Throws IOException where a part cannot be read from our own disk. */
    static Optional<MailReport> of(HeaderFields header, List<Attachment> parts, Optional<String> text)
            throws IOException {
        return new Reports(header, parts, text).read();
    }

    private Optional<MailReport> read() throws IOException {
        if (RobotSigns.isReport(header)) {
            Optional<List<HeaderFields>> delivery = fields(DELIVERY, DeliveryStatus.MAX_BLOCKS);
            if (delivery.isPresent()) {
                return DeliveryStatus.of(delivery.get(), returned());
            }
            Optional<List<HeaderFields>> receipt = fields(RECEIPT, 1);
            if (receipt.isPresent()) {
                return receipt(receipt.get());
            }
            Optional<List<HeaderFields>> complaint = fields(COMPLAINT, 1);
            if (complaint.isPresent()) {
                return complaint(complaint.get());
            }
        }
        return unstructured();
    }

    private Optional<MailReport> receipt(List<HeaderFields> blocks) throws IOException {
        Optional<String> disposition = first(blocks, "Disposition");
        if (disposition.isEmpty()) {
            return Optional.empty();
        }
        // "manual-action/MDN-sent-manually; displayed": what was done comes after the mode.
        String type = disposition.get().substring(disposition.get().indexOf(';') + 1);
        Optional<String> original = first(blocks, "Original-Message-ID").flatMap(value -> MessageIds.first(value));
        return Optional.of(new Receipt(original, word(type), returned()));
    }

    private Optional<MailReport> complaint(List<HeaderFields> blocks) throws IOException {
        Optional<String> type = first(blocks, "Feedback-Type");
        return type.isEmpty() ? Optional.empty() : Optional.of(new Complaint(word(type.get()), returned()));
    }

    /** Exim and others name the recipients in a field, and return the mail as they like. */
    private Optional<MailReport> unstructured() throws IOException {
        List<String> failed = header.all("X-Failed-Recipients");
        if (failed.isEmpty()) {
            return Optional.empty();
        }
        List<MailAddress> addresses = MailAddresses.parse(String.join(", ", failed), DeliveryStatus.MAX_RECIPIENTS)
                .addresses();
        Optional<ReturnedMail> part = returned();
        Optional<ReturnedMail> returned = part.isPresent() ? part : returnedAsText();
        return addresses.isEmpty()
                ? Optional.empty()
                : Optional.of(new Delivery(
                        MailReport.Outcome.FAILED,
                        addresses.stream()
                                .map(address ->
                                        new MailReport.Recipient(address.address(), MailReport.Outcome.FAILED, "", ""))
                                .toList(),
                        returned));
    }

    private Optional<ReturnedMail> returnedAsText() {
        String bounded = text.map(all -> all.substring(0, Math.min(all.length(), FieldBlocks.MAX_BYTES)))
                .orElse("");
        Matcher matcher = MESSAGE_ID_LINE.matcher(bounded);
        return matcher.find()
                ? Optional.of(new ReturnedMail(MessageIds.first(matcher.group(1)), List.of(), List.of()))
                : Optional.empty();
    }

    private Optional<ReturnedMail> returned() throws IOException {
        Optional<List<HeaderFields>> read = fields(RETURNED, 1);
        if (read.isEmpty() || read.get().isEmpty()) {
            return Optional.empty();
        }
        HeaderFields original = read.get().getFirst();
        List<MailAddress> senders = Stream.of("From", "Reply-To", "Return-Path")
                .flatMap(name ->
                        MailAddresses.parse(String.join(", ", original.all(name)), MAX_ADDRESSES).addresses().stream())
                .toList();
        return Optional.of(new ReturnedMail(MessageIds.own(original), MessageIds.cited(original), senders));
    }

    /** The first blocks of the first part of such a type; empty where there is none. */
    private Optional<List<HeaderFields>> fields(Set<String> types, int max) throws IOException {
        for (Attachment part : parts) {
            if (types.contains(part.mediaType())) {
                try (InputStream in = part.open()) {
                    return Optional.of(FieldBlocks.read(in.readNBytes(FieldBlocks.MAX_BYTES), max));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> first(List<HeaderFields> blocks, String name) {
        return blocks.stream().flatMap(block -> block.first(name).stream()).findFirst();
    }

    private static String word(String value) {
        String lower = EncodedWords.withoutControls(value).strip().toLowerCase(Locale.ROOT);
        String first = lower.split("[/;,\\s]", 2)[0];
        return first.substring(0, Math.min(first.length(), MAX_WORD));
    }
}
