package io.waybill.sandbox.imap;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The criteria of SEARCH, as far as a listener and a fetcher use them. */
final class ImapSearch {
    private static final DateTimeFormatter DAY = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("d-MMM-yyyy")
            .toFormatter(Locale.ENGLISH);

    private final Deque<Object> criteria;
    private final List<Long> view;

    private ImapSearch(List<Object> criteria, List<Long> view) {
        this.criteria = new ArrayDeque<>(criteria);
        this.view = view;
    }

    /**
     * @param view the UIDs as the client numbers them
     * @throws IllegalArgumentException for a criterion that this server does not know
     */
    static Predicate<ImapMail> parse(List<Object> criteria, List<Long> view) {
        return new ImapSearch(criteria, view).all();
    }

    private Predicate<ImapMail> all() {
        Predicate<ImapMail> found = mail -> true;
        while (!criteria.isEmpty()) {
            found = found.and(next());
        }
        return found;
    }

    private Predicate<ImapMail> next() {
        Object first = criteria.poll();
        if (first instanceof List<?> group) {
            return parse(List.copyOf(group), view);
        }
        String key = text(first).toUpperCase(Locale.ROOT);
        return switch (key) {
            case "CHARSET" -> {
                text();
                yield mail -> true;
            }
            case "ALL", "OLD" -> mail -> true;
            case "NEW", "RECENT" -> mail -> false;
            case "UID" -> uids(text());
            case "NOT" -> next().negate();
            case "OR" -> next().or(next());
            case "SEEN", "ANSWERED", "FLAGGED", "DELETED", "DRAFT" -> flagged(key);
            case "UNSEEN", "UNANSWERED", "UNFLAGGED", "UNDELETED", "UNDRAFT" ->
                flagged(key.substring(2)).negate();
            case "SINCE" -> {
                LocalDate day = day();
                yield mail -> !dayOf(mail).isBefore(day);
            }
            case "BEFORE" -> {
                LocalDate day = day();
                yield mail -> dayOf(mail).isBefore(day);
            }
            case "ON" -> {
                LocalDate day = day();
                yield mail -> dayOf(mail).equals(day);
            }
            case "FROM", "TO", "CC", "SUBJECT" -> {
                String part = text();
                yield mail -> mail.hasField(key, part);
            }
            case "HEADER" -> {
                String name = text();
                String part = text();
                yield mail -> mail.hasField(name, part);
            }
            case "LARGER" -> {
                long size = Long.parseLong(text());
                yield mail -> mail.eml().length > size;
            }
            case "SMALLER" -> {
                long size = Long.parseLong(text());
                yield mail -> mail.eml().length < size;
            }
            default -> numbers(key);
        };
    }

    private Predicate<ImapMail> uids(String set) {
        ImapNumbers uids = ImapNumbers.parse(set, ImapNumbers.highest(view));
        return mail -> uids.contains(mail.uid());
    }

    private Predicate<ImapMail> numbers(String set) {
        if (!ImapNumbers.isSet(set)) {
            throw new IllegalArgumentException("unknown criterion");
        }
        ImapNumbers numbers = ImapNumbers.parse(set, view.size());
        return mail -> numbers.contains(view.indexOf(mail.uid()) + 1L);
    }

    private static Predicate<ImapMail> flagged(String name) {
        return mail -> mail.flags().stream().anyMatch(flag -> flag.equalsIgnoreCase("\\" + name));
    }

    private LocalDate day() {
        return LocalDate.parse(text(), DAY);
    }

    private static LocalDate dayOf(ImapMail mail) {
        return LocalDate.ofInstant(mail.internalDate(), ZoneOffset.UTC);
    }

    private String text() {
        return text(criteria.poll());
    }

    private static String text(Object criterion) {
        if (criterion instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a criterion lacks its argument");
    }
}
