package io.waybill.inbound.mime;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Date field, as mailers write it: RFC 5322 with whatever weekday, asctime, and ISO 8601. */
final class MailDates {
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
    private static final String TIME = "(\\d{1,2})[:.](\\d{2})(?:[:.](\\d{2}))?";
    private static final Pattern MAIL = Pattern.compile(
            "(\\d{1,2})[ -]{1,4}([a-z]{3})[a-z]{0,6}\\.?[ -]{1,4}(\\d{2,4})[ ,]{1,4}" + TIME
                    + "(?: {0,4}([+-]\\d{4}|[a-z]{1,5}))?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ASCTIME =
            Pattern.compile("([a-z]{3}) {1,4}(\\d{1,2}) {1,4}" + TIME + " {1,4}(\\d{4})", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Integer> ZONES =
            Map.of("est", -5, "edt", -4, "cst", -6, "cdt", -5, "mst", -7, "mdt", -6, "pst", -8, "pdt", -7);

    /** Longer than any date; what follows is a comment. */
    private static final int MAX_LENGTH = 200;

    private MailDates() {}

    /** The instant; empty where it cannot be read or lies outside the years 1900 to 9999. */
    static Optional<Instant> parse(String value) {
        String text = value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
        text = text.replaceAll("\\s+", " ").trim();
        try {
            return read(text).filter(date -> {
                int year = date.atOffset(ZoneOffset.UTC).getYear();
                return year >= 1900 && year <= 9999;
            });
        } catch (DateTimeException noSuchDate) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> read(String text) {
        Matcher mail = MAIL.matcher(text);
        if (mail.find()) {
            return month(mail.group(2))
                    .map(month ->
                            at(mail.group(3), month, mail.group(1), mail, 4).toInstant(zone(mail.group(7))));
        }
        Matcher asctime = ASCTIME.matcher(text);
        if (asctime.find()) {
            return month(asctime.group(1))
                    .map(month -> at(asctime.group(6), month, asctime.group(2), asctime, 3)
                            .toInstant(ZoneOffset.UTC));
        }
        return text.isEmpty()
                ? Optional.empty()
                : Optional.of(OffsetDateTime.parse(text).toInstant());
    }

    private static LocalDateTime at(String year, int month, String day, Matcher time, int group) {
        int seconds = time.group(group + 2) == null ? 0 : Integer.parseInt(time.group(group + 2));
        return LocalDateTime.of(
                year(year),
                month,
                Integer.parseInt(day),
                Integer.parseInt(time.group(group)),
                Integer.parseInt(time.group(group + 1)),
                // A leap second is one that LocalDateTime does not know.
                Math.min(seconds, 59));
    }

    /** RFC 5322, 4.3: two digits mean 1950 to 2049. */
    private static int year(String digits) {
        int year = Integer.parseInt(digits);
        if (digits.length() > 3) {
            return year;
        }
        return digits.length() == 2 && year < 50 ? 2000 + year : 1900 + year;
    }

    private static Optional<Integer> month(String word) {
        int index = MONTHS.indexOf(word.toLowerCase(Locale.ROOT));
        return index < 0 ? Optional.empty() : Optional.of(index + 1);
    }

    /** RFC 5322, 4.3: a zone nobody knows counts as UTC. */
    private static ZoneOffset zone(String zone) {
        if (zone == null || !zone.matches("[+-]\\d{4}")) {
            return ZoneOffset.ofHours(zone == null ? 0 : ZONES.getOrDefault(zone.toLowerCase(Locale.ROOT), 0));
        }
        int hours = Integer.parseInt(zone.substring(1, 3));
        int minutes = Integer.parseInt(zone.substring(3, 5));
        if (hours > 18 || minutes > 59 || (hours == 18 && minutes > 0)) {
            return ZoneOffset.UTC;
        }
        return zone.startsWith("-")
                ? ZoneOffset.ofHoursMinutes(-hours, -minutes)
                : ZoneOffset.ofHoursMinutes(hours, minutes);
    }
}
