package io.waybill.inbound.mime;

import io.waybill.handler.MailReport;
import io.waybill.handler.MailReport.Delivery;
import io.waybill.handler.MailReport.Outcome;
import io.waybill.handler.MailReport.Recipient;
import io.waybill.handler.MailReport.ReturnedMail;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of a {@code message/delivery-status}: one about the message, and one for each recipient; RFC 3464, 2. */
final class DeliveryStatus {
    static final int MAX_RECIPIENTS = 100;

    /** The message's own block, and one for each recipient. */
    static final int MAX_BLOCKS = 1 + MAX_RECIPIENTS;

    private static final int MAX_ADDRESS = 320;
    private static final int MAX_DIAGNOSTIC = 500;
    private static final Pattern STATUS = Pattern.compile("([245])\\.\\d{1,3}\\.\\d{1,3}");

    private DeliveryStatus() {}

    /** Empty where it says of no recipient what became of the mail. */
    static Optional<MailReport> of(List<HeaderFields> blocks, Optional<ReturnedMail> returned) {
        List<Recipient> recipients = blocks.stream()
                .flatMap(block -> recipient(block).stream())
                .limit(MAX_RECIPIENTS)
                .toList();
        return recipients.stream()
                .map(Recipient::outcome)
                .max(Comparator.naturalOrder())
                .map(worst -> new Delivery(worst, recipients, returned));
    }

    private static Optional<Recipient> recipient(HeaderFields block) {
        Optional<String> address = block.first("Final-Recipient").or(() -> block.first("Original-Recipient"));
        String status = status(block.first("Status").orElse(""));
        Optional<Outcome> outcome = outcome(block.first("Action").orElse(""), status);
        if (address.isEmpty() || outcome.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Recipient(
                text(afterType(address.get()).replaceAll("^<|>$", ""), MAX_ADDRESS),
                outcome.get(),
                status,
                text(
                        block.first("Diagnostic-Code")
                                .map(DeliveryStatus::afterType)
                                .orElse(""),
                        MAX_DIAGNOSTIC)));
    }

    /** The action decides: 4.4.7 with {@code failed} is a mail that was tried until its time was up; RFC 3464, 2.3.3. */
    private static Optional<Outcome> outcome(String action, String status) {
        return switch (action.split("[;\\s(]", 2)[0].toLowerCase(Locale.ROOT)) {
            case "failed" -> Optional.of(Outcome.FAILED);
            case "delayed" -> Optional.of(Outcome.DELAYED);
            case "delivered", "relayed", "expanded" -> Optional.of(Outcome.DELIVERED);
            default ->
                switch (status.isEmpty() ? ' ' : status.charAt(0)) {
                    case '5' -> Optional.of(Outcome.FAILED);
                    case '4' -> Optional.of(Outcome.DELAYED);
                    case '2' -> Optional.of(Outcome.DELIVERED);
                    default -> Optional.empty();
                };
        };
    }

    private static String status(String value) {
        Matcher matcher = STATUS.matcher(value);
        return matcher.find() ? matcher.group() : "";
    }

    /** "rfc822; a@example.com", "smtp; 550 no such user": the type of the value comes first. */
    private static String afterType(String value) {
        return value.substring(value.indexOf(';') + 1).strip();
    }

    private static String text(String value, int max) {
        String clean = EncodedWords.withoutControls(value);
        return clean.length() > max ? clean.substring(0, max) : clean;
    }
}
