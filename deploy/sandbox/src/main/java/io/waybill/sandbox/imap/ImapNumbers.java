package io.waybill.sandbox.imap;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** A set of message numbers or UIDs, such as {@code 1:4,9,12:*}. */
record ImapNumbers(List<Range> ranges) {
    /** Both ends belong to it. */
    record Range(long low, long high) {}

    /**
     * @param highest what {@code *} stands for; so {@code 12:*} holds the highest one even where that is 7
     * @throws IllegalArgumentException if it is no set
     */
    static ImapNumbers parse(String text, long highest) {
        return new ImapNumbers(Arrays.stream(text.split(","))
                .map(part -> {
                    String[] ends = part.split(":", 2);
                    long first = number(ends[0], highest);
                    long last = ends.length == 1 ? first : number(ends[1], highest);
                    return new Range(Math.min(first, last), Math.max(first, last));
                })
                .toList());
    }

    static boolean isSet(String text) {
        return text.matches("[0-9*][0-9:,*]*");
    }

    static long highest(Collection<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    boolean contains(long number) {
        return ranges.stream().anyMatch(range -> range.low() <= number && number <= range.high());
    }

    private static long number(String text, long highest) {
        return text.equals("*") ? highest : Long.parseLong(text);
    }
}
