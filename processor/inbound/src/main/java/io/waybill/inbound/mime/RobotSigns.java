package io.waybill.inbound.mime;

import io.waybill.contracts.OwnMail;
import io.waybill.handler.Automation;
import io.waybill.handler.MailAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which fields of a header say that a machine wrote the mail. */
final class RobotSigns {
    /** RFC 3834, 2 and 5, and what mailers wrote before and beside it. */
    private static final Pattern PRECEDENCE = Pattern.compile("bulk|junk|list|auto_reply");

    private static final Pattern SUPPRESSED = Pattern.compile("\\b(?:all|oof|autoreply)\\b");
    private static final List<String> LIST = List.of("List-Id", "List-Unsubscribe", "List-Post");
    private static final List<String> AUTORESPONDER =
            List.of("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Loop", "X-AutoReply-From", "Feedback-ID");

    /** With or without what VERP and sub-addresses append. */
    private static final Pattern ROBOT =
            Pattern.compile("(?:mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?)(?:[-+=].*)?");

    private static final Pattern REPORT =
            Pattern.compile("multipart/report|message/(?:(?:global-)?(?:delivery-status|disposition-notification)"
                    + "|feedback-report)");

    private final HeaderFields header;

    private RobotSigns(HeaderFields header) {
        this.header = header;
    }

    static Set<Automation> of(HeaderFields header, Optional<MailAddress> from) {
        return new RobotSigns(header).read(from);
    }

    private Set<Automation> read(Optional<MailAddress> from) {
        Set<Automation> signs = EnumSet.noneOf(Automation.class);
        for (Automation sign : Automation.values()) {
            boolean shown = switch (sign) {
                case AUTO_SUBMITTED ->
                    any(
                            "Auto-Submitted",
                            value -> !value.isEmpty() && !firstToken(value).equals("no"));
                case PRECEDENCE ->
                    any("Precedence", value -> PRECEDENCE.matcher(value).matches());
                case RESPONSE_SUPPRESSED ->
                    any(
                            "X-Auto-Response-Suppress",
                            value -> SUPPRESSED.matcher(value).find());
                case LIST -> LIST.stream().anyMatch(this::stands);
                case AUTORESPONDER -> AUTORESPONDER.stream().anyMatch(this::stands);
                case NULL_RETURN_PATH ->
                    any("Return-Path", value -> value.replaceAll("\\s", "").equals("<>"));
                case REPORT -> isReport(header);
                case ROBOT_ADDRESS -> from.filter(RobotSigns::isRobot).isPresent();
                case LOOP -> stands(OwnMail.LOOP_HEADER);
            };
            if (shown) {
                signs.add(sign);
            }
        }
        return signs;
    }

    /** Whether the mail says of itself that it is a report, or is nothing but one part of a report. */
    static boolean isReport(HeaderFields header) {
        return header.first("Content-Type")
                .map(value -> firstToken(value.toLowerCase(Locale.ROOT)))
                .filter(type -> REPORT.matcher(type).matches())
                .isPresent();
    }

    static boolean isRobot(MailAddress address) {
        String lower = address.address().toLowerCase(Locale.ROOT);
        return ROBOT.matcher(lower.substring(0, lower.lastIndexOf('@'))).matches();
    }

    /** A field with {@code no} in it says that the thing it is named after did not happen. */
    private boolean stands(String name) {
        return any(name, value -> !value.isEmpty() && !value.equals("no"));
    }

    private boolean any(String name, Predicate<String> test) {
        return header.all(name).stream()
                .map(value -> value.strip().toLowerCase(Locale.ROOT))
                .anyMatch(test);
    }

    private static String firstToken(String value) {
        return value.split("[;\\s(]", 2)[0];
    }
}
