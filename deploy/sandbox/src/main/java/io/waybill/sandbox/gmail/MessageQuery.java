package io.waybill.sandbox.gmail;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of Gmail's search language that lists of messages take here. */
final class MessageQuery {
    private static final Pattern TIME = Pattern.compile("(after|before):([0-9]{1,12})");
    private static final Pattern MESSAGE_ID = Pattern.compile("rfc822msgid:<?([^<>\\s]{1,998})>?");
    private static final List<String> AWAY = List.of("SPAM", "TRASH");

    static Predicate<GmailMessage> of(GmailRequest request) throws GmailRefusal {
        List<String> labels = request.parameters("labelIds");
        boolean everywhere =
                request.parameter("includeSpamTrash").filter("true"::equals).isPresent();
        Predicate<GmailMessage> all = message -> message.labels().containsAll(labels);
        if (!everywhere && labels.stream().noneMatch(AWAY::contains)) {
            all = all.and(message -> message.labels().stream().noneMatch(AWAY::contains));
        }
        Optional<String> q = request.parameter("q").map(String::strip).filter(text -> !text.isEmpty());
        for (String term : q.isPresent() ? q.get().split("\\s+", -1) : new String[0]) {
            all = all.and(term(term));
        }
        return all;
    }

    private static Predicate<GmailMessage> term(String text) throws GmailRefusal {
        Matcher messageId = MESSAGE_ID.matcher(text);
        if (messageId.matches()) {
            String wanted = "<" + messageId.group(1) + ">";
            return message -> message.internetMessageId().equals(wanted);
        }
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            // Gmail takes a day too, and everything else for words: who means something must hear that it is not here.
            throw GmailRefusal.invalid(
                    "This emulator searches by after:SECONDS, before:SECONDS and rfc822msgid: only, not by " + text);
        }
        Instant bound = Instant.ofEpochSecond(Long.parseLong(time.group(2)));
        return time.group(1).equals("after")
                ? message -> !message.received().isBefore(bound)
                : message -> message.received().isBefore(bound);
    }

    private MessageQuery() {}
}
