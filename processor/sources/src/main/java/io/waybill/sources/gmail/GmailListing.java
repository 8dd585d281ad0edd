package io.waybill.sources.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.sources.ListResult;
import io.waybill.sources.gmail.GmailCursor.CatchUp;
import io.waybill.sources.gmail.GmailCursor.History;
import io.waybill.sources.gmail.GmailCursor.History.Page;
import io.waybill.sources.gmail.GmailCursor.History.Place;
import io.waybill.sources.gmail.GmailCursor.History.Taken;
import io.waybill.sources.gmail.GmailQuota.Costs;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.http.Call;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What came into the inbox since a cursor. Usually that is what the history has since then; the first time, and where Gmail does not know
 * the history any more, what is in the inbox since a time, and then the history from the point where it was before anything was listed.
 */
final class GmailListing {
    /** Both lists give 500 at most. */
    private static final int PAGE = 500;

    /**
     * Not the inbox's history alone ({@code labelId=INBOX}): Google does not say whether that has the records of messages that have left the
     * inbox since, or came into it by a later change of labels. What is wanted is told from each record's own labels.
     */
    private static final String HISTORY = "users/me/history?historyTypes=messageAdded&historyTypes=labelAdded"
            + "&fields=history(id,messagesAdded(message(id,labelIds)),labelsAdded(message(id,labelIds),labelIds)),"
            + "nextPageToken,historyId&maxResults=" + PAGE;

    private static final String MESSAGES =
            "users/me/messages?labelIds=INBOX&fields=messages(id),nextPageToken&maxResults=" + PAGE;

    private static final Set<String> INBOX = Set.of("INBOX");

    /** What has one of them is no mail to this mailbox. */
    private static final Set<String> NO_MAIL = Set.of("DRAFT", "SENT", "CHAT");

    /** What arrives with one of them does not arrive in the inbox. */
    private static final Set<String> ELSEWHERE = Set.of("SPAM", "TRASH");

    /** What was announced may have been retried for so long; the job ids absorb the rest. */
    private static final Duration RETRY_HORIZON = Duration.ofHours(72);

    /**
     * For how long a history that ends before the cursor is taken for a server that lags. What lags longer is another history: the mailbox
     * was made anew, and would be waited for until it has come as far as the one before.
     */
    private static final Duration LAG = Duration.ofHours(1);

    /** A cursor is kept in a store's row. */
    private static final int MAX_CURSOR = 16 * 1024;

    private final GmailClient client;
    private final Clock clock;

    GmailListing(GmailClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** One page; throws what the caller makes a failure of. */
    ListResult read(
            Mailbox mailbox,
            GoogleAccount account,
            Optional<GmailCursor> cursor,
            Optional<GmailCursor> page,
            Optional<String> hint,
            Instant until)
            throws ApiException, InterruptedException {
        Listing listing = new Listing(mailbox, account, until);
        Optional<GmailCursor> at = page.or(() -> cursor);
        if (at.isEmpty()) {
            return listing.catchUp(mailbox.since());
        }
        return switch (at.get()) {
            case History history ->
                page.isEmpty() && isKnown(history, hint)
                        ? ListResult.end(List.of(), text(history))
                        : listing.history(history, hint.isPresent());
            case CatchUp catchUp -> listing.inbox(catchUp);
        };
    }

    /** Pushes come late, twice and out of order: one that is not beyond the cursor says nothing new. */
    private static boolean isKnown(History cursor, Optional<String> hint) {
        return hint.flatMap(HistoryId::parse)
                .filter(pushed -> !pushed.isBeyond(cursor.reached()))
                .isPresent();
    }

    /** One page of one mailbox. */
    private final class Listing {
        private final Mailbox mailbox;
        private final GoogleAccount account;
        private final Instant until;
        private final Instant now = clock.instant();
        private final Set<String> found = new LinkedHashSet<>();

        Listing(Mailbox mailbox, GoogleAccount account, Instant until) {
            this.mailbox = mailbox;
            this.account = account;
            this.until = until;
        }

        ListResult history(History cursor, boolean pushed) throws ApiException, InterruptedException {
            Place at = cursor.place().orElseGet(() -> cursor.start(pushed, now));
            Optional<String> token = at.page().map(Page::token);
            JsonNode answer;
            try {
                String path = HISTORY + "&startHistoryId=" + at.after() + pageToken(token);
                answer = client.get(mailbox, account, Costs::historyList, path, until);
            } catch (ApiException failed) {
                if (failed.kind() != Kind.NOT_FOUND) {
                    throw failed;
                }
                return catchUpFrom(cursor);
            }
            HistoryId through = at.page().map(Page::through).orElse(at.after());
            for (JsonNode record : answer.path("history")) {
                HistoryId id = HistoryId.parse(record.path("id").asText())
                        .orElseThrow(() -> unreadable("a record of its history without an id"));
                Optional<Taken> taken = at.taken().filter(part -> part.record().equals(id));
                String last = null;
                for (String message : arrivals(record)) {
                    boolean known = found.contains(message) || isTaken(taken, message);
                    if (!known && found.size() == ListResult.MAX_POINTERS) {
                        // The rest is read again from here: a page's token would stand for the whole page.
                        Optional<Taken> part = Optional.ofNullable(last).map(upTo -> new Taken(id, upTo));
                        return more(cursor.at(new Place(at.began(), at.whole(), through, part, Optional.empty())));
                    }
                    if (!known) {
                        found.add(message);
                    }
                    last = message;
                }
                through = id;
            }
            Optional<String> next = next(answer, token);
            if (next.isEmpty()) {
                return end(cursor, at, answer);
            }
            Page page = new Page(through, next.get());
            return more(cursor.at(new Place(at.began(), at.whole(), at.after(), Optional.empty(), Optional.of(page))));
        }

        private ListResult end(History cursor, Place last, JsonNode answer) throws ApiException, InterruptedException {
            HistoryId end =
                    GmailAnswers.historyId(answer).orElseThrow(() -> unreadable("a history without where it ends"));
            if (!cursor.reached().isBeyond(end)) {
                return ListResult.end(pointers(), text(cursor.ended(end, last)));
            }
            if (found.isEmpty() && cursor.marked().isBefore(now.minus(LAG))) {
                return catchUpFrom(cursor);
            }
            return ListResult.end(pointers(), text(cursor.between()));
        }

        private ListResult catchUpFrom(History cursor) throws ApiException, InterruptedException {
            Instant since = cursor.marked().minus(RETRY_HORIZON);
            return catchUp(since.isBefore(mailbox.since()) ? mailbox.since() : since);
        }

        ListResult catchUp(Instant since) throws ApiException, InterruptedException {
            // First: what comes while the inbox is listed is beyond it.
            JsonNode profile = client.get(mailbox, account, Costs::profile, "users/me/profile?fields=historyId", until);
            HistoryId then =
                    GmailAnswers.historyId(profile).orElseThrow(() -> unreadable("a profile without a history id"));
            return inbox(new CatchUp(then, now, since, Optional.empty()));
        }

        ListResult inbox(CatchUp at) throws ApiException, InterruptedException {
            JsonNode answer = client.get(
                    mailbox,
                    account,
                    Costs::messageList,
                    MESSAGES + "&q=" + Call.step("after:" + secondBefore(at.since())) + pageToken(at.token()),
                    until);
            for (JsonNode message : answer.path("messages")) {
                id(message).ifPresent(found::add);
            }
            if (found.size() > ListResult.MAX_POINTERS) {
                throw unreadable("a longer page than was asked for");
            }
            Optional<String> next = next(answer, at.token());
            return next.isPresent()
                    ? more(at.withToken(next.get()))
                    : ListResult.end(pointers(), text(History.from(at.then(), at.began())));
        }

        private ListResult more(GmailCursor next) throws ApiException {
            return ListResult.more(pointers(), text(next));
        }

        private List<MessagePointer> pointers() {
            return found.stream().<MessagePointer>map(GooglePointer::new).toList();
        }
    }

    /**
     * What of a record came into the inbox: as it arrived, or by a change of its labels, as when it is no spam after all. The label of spam
     * may be there still when that of the inbox comes.
     */
    private static NavigableSet<String> arrivals(JsonNode record) {
        NavigableSet<String> ids = new TreeSet<>();
        for (JsonNode added : record.path("messagesAdded")) {
            JsonNode message = added.path("message");
            if (has(message, INBOX) && !has(message, NO_MAIL) && !has(message, ELSEWHERE)) {
                id(message).ifPresent(ids::add);
            }
        }
        for (JsonNode change : record.path("labelsAdded")) {
            JsonNode message = change.path("message");
            if (has(change, INBOX) && !has(message, NO_MAIL)) {
                id(message).ifPresent(ids::add);
            }
        }
        return ids;
    }

    private static boolean has(JsonNode labelled, Set<String> labels) {
        for (JsonNode label : labelled.path("labelIds")) {
            if (labels.contains(label.asText())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTaken(Optional<Taken> taken, String message) {
        return taken.filter(part -> message.compareTo(part.upTo()) <= 0).isPresent();
    }

    private static Optional<String> id(JsonNode message) {
        try {
            return Optional.of(new GooglePointer(message.path("id").textValue()).messageId());
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    /**
     * Dates in a query are days in California, but a number is exact to the second; whether that second is in, nobody says. What came a
     * second too early is told when it is fetched.
     */
    private static long secondBefore(Instant since) {
        return Math.max(0, since.getEpochSecond() - 1);
    }

    private static String pageToken(Optional<String> token) {
        return token.map(text -> "&pageToken=" + Call.step(text)).orElse("");
    }

    /** The token of the next page; one that leads to the same page would never end. */
    private static Optional<String> next(JsonNode answer, Optional<String> last) throws ApiException {
        Optional<String> next =
                Optional.ofNullable(answer.path("nextPageToken").textValue()).filter(token -> !token.isEmpty());
        if (next.isPresent() && next.equals(last)) {
            throw unreadable("the same page as the next one");
        }
        return next;
    }

    private static String text(GmailCursor cursor) throws ApiException {
        String text = cursor.text();
        if (text.length() > MAX_CURSOR || GmailCursor.parse(text).isEmpty()) {
            throw unreadable("a page token that cannot be kept");
        }
        return text;
    }

    private static ApiException unreadable(String what) {
        return new ApiException(FailureCode.SOURCE_ERROR, "Gmail gave " + what);
    }
}
