package io.waybill.sources.gmail;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a listing is, between two pages or two listings. A page's token opens nothing without another one, but it is nobody's business: it
 * is never printed.
 */
sealed interface GmailCursor {
    /** What a token or a cursor looks like: m1, the phase, its numbers, and a page's token. */
    String text();

    private static HistoryId id(String digits) {
        return new HistoryId(Long.parseUnsignedLong(digits));
    }

    private static Instant time(String millis) {
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }

    /** Empty where the text is not one of ours. */
    static Optional<GmailCursor> parse(String text) {
        return History.read(text).or(() -> CatchUp.read(text));
    }

    /**
     * What changed since some point of the history.
     *
     * @param base records beyond it are read
     * @param mark how far the history went at an earlier listing: the next base, once it is old enough
     * @param marked when that listing began: all is known that came until then
     * @param reached how far the history went at the last listing
     * @param busy whether more than a page lay between the base and there: then what was pushed is read from there alone
     * @param place where between two pages it is; empty between two listings
     */
    record History(
            HistoryId base, HistoryId mark, Instant marked, HistoryId reached, boolean busy, Optional<Place> place)
            implements GmailCursor {
        /**
         * For how long records are read again: one may be missing from the history for some seconds though the history is said to go
         * beyond it. What is known already is absorbed.
         */
        static final Duration OVERLAP = Duration.ofMinutes(10);

        private static final Pattern FORM =
                Pattern.compile("m1 h ([0-9]{1,20}) ([0-9]{1,20}) (-?[0-9]{1,15}) ([0-9]{1,20})( w)?"
                        + "(?: ([bn])(-?[0-9]{1,15}) a([0-9]{1,20})(?: r([0-9]{1,20}):([0-9a-f]{1,32}))?"
                        + "(?: p([0-9]{1,20}) t([!-~]+))?)?");

        /**
         * Where a listing is.
         *
         * @param began when it began
         * @param whole whether it began at the base; else where the last one ended
         * @param after records beyond it are read
         * @param taken what was given already of the record that comes next
         * @param page what is read next of the records; empty for their beginning
         */
        record Place(Instant began, boolean whole, HistoryId after, Optional<Taken> taken, Optional<Page> page) {}

        /**
         * A part of a record.
         *
         * @param upTo the id of the last message that was given, of all that are in the record, in the order of their ids
         */
        record Taken(HistoryId record, String upTo) {}

        /**
         * A page but the first.
         *
         * @param through the last record on the pages before it
         */
        record Page(HistoryId through, String token) {}

        /** What goes on from there, where all is known that came until then. */
        static History from(HistoryId there, Instant then) {
            return new History(there, there, then, there, false, Optional.empty());
        }

        /** The same between two listings. */
        History between() {
            return new History(base, mark, marked, reached, busy, Optional.empty());
        }

        /** The same between two pages. */
        History at(Place next) {
            return new History(base, mark, marked, reached, busy, Optional.of(next));
        }

        /** Where a listing begins that has not begun yet. */
        Place start(boolean pushed, Instant now) {
            boolean whole = !(pushed && busy);
            return new Place(now, whole, whole ? base : reached, Optional.empty(), Optional.empty());
        }

        /**
         * The cursor that a listing ends with. Only one that began at the base moves it: what is behind the new one was read again then.
         *
         * @param end how far the history went
         * @param last where the listing was, before its last page
         */
        History ended(HistoryId end, Place last) {
            if (!last.whole()) {
                return new History(base, mark, marked, end, busy, Optional.empty());
            }
            boolean several = last.page().isPresent() || !last.after().equals(base);
            return last.began().isBefore(marked.plus(OVERLAP))
                    ? new History(base, mark, marked, end, several, Optional.empty())
                    : new History(mark, end, last.began(), end, several, Optional.empty());
        }

        private static Optional<GmailCursor> read(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                return Optional.empty();
            }
            try {
                return Optional.of(new History(
                        id(form.group(1)),
                        id(form.group(2)),
                        time(form.group(3)),
                        id(form.group(4)),
                        form.group(5) != null,
                        Optional.ofNullable(form.group(7)).map(began -> place(form, time(began)))));
            } catch (NumberFormatException beyond64Bits) {
                return Optional.empty();
            }
        }

        private static Place place(Matcher form, Instant began) {
            return new Place(
                    began,
                    form.group(6).equals("b"),
                    id(form.group(8)),
                    Optional.ofNullable(form.group(9)).map(record -> new Taken(id(record), form.group(10))),
                    Optional.ofNullable(form.group(11)).map(through -> new Page(id(through), form.group(12))));
        }

        @Override
        public String text() {
            return "m1 h " + base + " " + mark + " " + marked.toEpochMilli() + " " + reached + (busy ? " w" : "")
                    + place.map(History::text).orElse("");
        }

        private static String text(Place place) {
            return (place.whole() ? " b" : " n") + place.began().toEpochMilli() + " a" + place.after()
                    + place.taken()
                            .map(part -> " r" + part.record() + ":" + part.upTo())
                            .orElse("")
                    + place.page()
                            .map(next -> " p" + next.through() + " t" + next.token())
                            .orElse("");
        }

        @Override
        public String toString() {
            return "History[base=" + base + ", mark=" + mark + ", marked=" + marked + ", reached=" + reached + "]";
        }
    }

    /**
     * What is in the inbox since some time; for the first listing, and where Gmail does not know the history any more.
     *
     * @param then from where the history goes on afterwards: it was the mailbox's before anything was listed
     * @param began when the listing began
     * @param since what came before is not listed
     * @param token of the next page
     */
    record CatchUp(HistoryId then, Instant began, Instant since, Optional<String> token) implements GmailCursor {
        private static final Pattern FORM =
                Pattern.compile("m1 c ([0-9]{1,20}) (-?[0-9]{1,15}) (-?[0-9]{1,15})(?: t([!-~]+))?");

        private static Optional<GmailCursor> read(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                return Optional.empty();
            }
            try {
                return Optional.of(new CatchUp(
                        id(form.group(1)),
                        time(form.group(2)),
                        time(form.group(3)),
                        Optional.ofNullable(form.group(4))));
            } catch (NumberFormatException beyond64Bits) {
                return Optional.empty();
            }
        }

        CatchUp withToken(String next) {
            return new CatchUp(then, began, since, Optional.of(next));
        }

        @Override
        public String text() {
            return "m1 c " + then + " " + began.toEpochMilli() + " " + since.toEpochMilli()
                    + token.map(text -> " t" + text).orElse("");
        }

        @Override
        public String toString() {
            return "CatchUp[then=" + then + ", since=" + since + "]";
        }
    }
}
