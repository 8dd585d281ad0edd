package io.waybill.sources.imap;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    /** Version 1 knew no epochs; it is written still where there are none, so that a release before can go on from it. */
    private static final Pattern FORM = Pattern.compile(
            "(?:v1;(\\d{1,10});(\\d{1,10});(-?\\d{1,15})|v2;(\\d{1,10});(\\d{1,10});(-?\\d{1,15});(\\d{1,15}(?:,\\d{1,15}){0,"
                    + (MAX_EPOCHS - 1) + "}))");

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
        List<Instant> epochs = first == 1
                ? List.of()
                : Arrays.stream(matcher.group(7).split(","))
                        .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)))
                        .toList();
        return Optional.of(new ImapCursor(
                Long.parseLong(matcher.group(first)),
                Long.parseLong(matcher.group(first + 1)),
                Instant.ofEpochMilli(Long.parseLong(matcher.group(first + 2))),
                epochs));
    }

    /** The changes of UIDVALIDITY that count now. */
    List<Instant> epochsWithin(Instant now) {
        return epochs.stream().filter(at -> at.isAfter(now.minus(WINDOW))).toList();
    }

    /** The same with one change more. */
    List<Instant> epochsWith(Instant now) {
        List<Instant> all = new ArrayList<>(epochsWithin(now));
        all.add(now);
        return all;
    }

    @Override
    public String toString() {
        String listed = uidValidity + ";" + lastUid + ";" + lastInternalDate.toEpochMilli();
        return epochs.isEmpty()
                ? "v1;" + listed
                : "v2;" + listed + ";"
                        + epochs.stream()
                                .map(at -> Long.toString(at.toEpochMilli()))
                                .collect(joining(","));
    }
}
