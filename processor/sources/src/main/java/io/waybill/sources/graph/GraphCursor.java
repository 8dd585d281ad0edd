package io.waybill.sources.graph;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a listing of a folder is, between two pages or two listings: the link that goes on, as Graph gave it, and what is needed where
 * Graph does not know the link any more. A link opens nothing without a token, but it is nobody's business: it is never printed.
 *
 * @param phase what the link goes on with
 * @param seen when the newest message came that was found so far
 * @param began when the listing began: what came before is found when it ends, and after a catch-up, the delta is read from then on or
 *     from the newest message seen, with some overlap
 * @param link below Graph's base address
 */
record GraphCursor(Phase phase, Instant seen, Instant began, String link) {
    private static final Pattern FORM = Pattern.compile("g1 ([cd]) (-?[0-9]{1,18}) (-?[0-9]{1,18}) ([!-~]+)");

    /** The two ways to list. */
    enum Phase {
        /** By the time at which messages came; for the first listing, and where the delta's token has expired. */
        CATCH_UP("c"),
        /** What changed since a token. */
        DELTA("d");

        private final String letter;

        Phase(String letter) {
            this.letter = letter;
        }
    }

    /** Empty where the text is not one of ours. */
    static Optional<GraphCursor> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new GraphCursor(
                form.group(1).equals(Phase.CATCH_UP.letter) ? Phase.CATCH_UP : Phase.DELTA,
                Instant.ofEpochMilli(Long.parseLong(form.group(2))),
                Instant.ofEpochMilli(Long.parseLong(form.group(3))),
                form.group(4)));
    }

    /** From where a listing ended, the next one. */
    GraphCursor beginAt(Instant now) {
        return new GraphCursor(phase, seen, now, link);
    }

    String text() {
        return "g1 " + phase.letter + " " + seen.toEpochMilli() + " " + began.toEpochMilli() + " " + link;
    }

    @Override
    public String toString() {
        return "GraphCursor[" + phase + ", seen=" + seen + "]";
    }
}
