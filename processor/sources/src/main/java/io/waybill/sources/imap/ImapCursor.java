package io.waybill.sources.imap;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a folder has been listed.
 *
 * @param uidValidity the epoch of the UID
 * @param lastUid all messages up to this UID were covered
 * @param lastInternalDate the latest arrival that listing saw, to the second; the epoch where it has seen none
 * @param epochs when listing met another UIDVALIDITY than the one before, oldest first; what is older than {@link #WINDOW} may be missing
 */
record ImapCursor(long uidValidity, long lastUid, Instant lastInternalDate, List<Instant> epochs) {
    /** How long a change of UIDVALIDITY counts. */
    static final Duration WINDOW = Duration.ofHours(24);

    /** Times that are read; more than listing ever lets happen within the window. */
    private static final int MAX_EPOCHS = 8;

    /** How the text of epochs looks. */
    static final String EPOCHS_FORM = "\\d{1,15}(?:,\\d{1,15}){0," + (MAX_EPOCHS - 1) + "}";

    /** Version 1 knew no epochs; it is written still where there are none, so that a release before can go on from it. */
    private static final Pattern FORM =
            Pattern.compile("(?:v1;(\\d{1,10});(\\d{1,10});(-?\\d{1,15})|v2;(\\d{1,10});(\\d{1,10});(-?\\d{1,15});("
                    + EPOCHS_FORM + "))");

    ImapCursor {
        epochs = List.copyOf(epochs);
    }

    /** Reads what {@link #toString} wrote; empty for anything else: an unreadable cursor is as good as none. */
    static Optional<ImapCursor> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int first = matcher.group(1) != null ? 1 : 4;
        List<Instant> epochs = first == 1 ? List.of() : epochs(matcher.group(7));
        return Optional.of(new ImapCursor(
                Long.parseLong(matcher.group(first)),
                Long.parseLong(matcher.group(first + 1)),
                Instant.ofEpochMilli(Long.parseLong(matcher.group(first + 2))),
                epochs));
    }

    /** The changes of UIDVALIDITY that count now. */
    List<Instant> epochsWithin(Instant now) {
        return within(epochs, now);
    }

    /** Those of some changes that count now. */
    static List<Instant> within(List<Instant> epochs, Instant now) {
        return epochs.stream().filter(at -> at.isAfter(now.minus(WINDOW))).toList();
    }

    /** Reads what {@link #text} wrote. */
    static List<Instant> epochs(String text) {
        return Arrays.stream(text.split(","))
                .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
                .toList();
    }

    static String text(List<Instant> epochs) {
        return epochs.stream().map(at -> Long.toString(at.toEpochMilli())).collect(joining(","));
    }

    @Override
    public String toString() {
        String listed = uidValidity + ";" + lastUid + ";" + lastInternalDate.toEpochMilli();
        return epochs.isEmpty() ? "v1;" + listed : "v2;" + listed + ";" + text(epochs);
    }
}
