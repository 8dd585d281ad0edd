package io.waybill.sandbox.graph;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of OData's query language that lists of messages take here. */
record MessageQuery(Predicate<GraphMessage> filter, boolean newestFirst, List<String> select, int skip, int top) {
    static final Comparator<GraphMessage> OLDEST_FIRST =
            Comparator.comparing(GraphMessage::received).thenComparingLong(GraphMessage::order);
    private static final int PAGE = 10;
    private static final int PAGE_MAX = 1_000;
    private static final Pattern TIME = Pattern.compile("receivedDateTime (ge|gt|le|lt|eq) (\\S+)");
    private static final Pattern MESSAGE_ID = Pattern.compile("internetMessageId eq '((?:[^']|'')*)'");
    private static final Pattern ORDER = Pattern.compile("receivedDateTime(?: (asc|desc))?");
    // Not inside a quoted value: a Message-ID has no spaces.
    private static final Pattern AND = Pattern.compile(" and ");

    static MessageQuery of(GraphRequest request) throws GraphRefusal {
        Optional<String> order = request.parameter("$orderby");
        Matcher ordered = ORDER.matcher(order.orElse("receivedDateTime desc").strip());
        if (!ordered.matches()) {
            throw GraphRefusal.invalid("This emulator orders by receivedDateTime only.");
        }
        Optional<String> filter = request.parameter("$filter");
        return new MessageQuery(
                filter.isPresent() ? filter(filter.get()) : message -> true,
                "desc".equals(ordered.group(1)),
                select(request),
                number(request, "$skip", 0, Integer.MAX_VALUE, 0),
                number(request, "$top", 1, PAGE_MAX, PAGE));
    }

    static List<String> select(GraphRequest request) throws GraphRefusal {
        Optional<String> select = request.parameter("$select");
        return select.isPresent() ? MessageJson.select(select.get()) : MessageJson.ALL;
    }

    /** Clauses on the time received and the Message-ID, joined by {@code and}. */
    static Predicate<GraphMessage> filter(String text) throws GraphRefusal {
        Predicate<GraphMessage> all = message -> true;
        for (String clause : AND.split(text.strip(), -1)) {
            all = all.and(clause(clause.strip()));
        }
        return all;
    }

    boolean accepts(GraphMessage message) {
        return filter.test(message);
    }

    private static Predicate<GraphMessage> clause(String text) throws GraphRefusal {
        Matcher messageId = MESSAGE_ID.matcher(text);
        if (messageId.matches()) {
            String wanted = messageId.group(1).replace("''", "'");
            return message -> message.internetMessageId().equals(wanted);
        }
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw GraphRefusal.invalid("Invalid filter clause: " + text);
        }
        Instant bound = time(time.group(2));
        return switch (time.group(1)) {
            case "ge" -> message -> !message.received().isBefore(bound);
            case "gt" -> message -> message.received().isAfter(bound);
            case "le" -> message -> !message.received().isAfter(bound);
            case "lt" -> message -> message.received().isBefore(bound);
            default -> message -> message.received().equals(bound);
        };
    }

    private static Instant time(String text) throws GraphRefusal {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException quotedOrWorse) {
            throw GraphRefusal.invalid("Unrecognized 'Edm.DateTimeOffset' literal '" + text + "'.");
        }
    }

    private static int number(GraphRequest request, String name, int least, int most, int unsaid) throws GraphRefusal {
        Optional<String> text = request.parameter(name);
        return text.isPresent() ? GraphRequest.number(name, text.get(), least, most) : unsaid;
    }
}
