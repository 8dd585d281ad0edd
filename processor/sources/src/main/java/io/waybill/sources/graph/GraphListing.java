package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.sources.ListResult;
import io.waybill.sources.graph.GraphCursor.Phase;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.http.Call;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came into a folder since a cursor. Usually one delta; the first time, and where Graph does not know the delta's token any more, all
 * that came since by its time, and then the delta of what came meanwhile. The delta alone would not do: with a filter it gives no more
 * than 5,000 messages.
 *
 * <p>By their time, each page begins with the second that the page before it ended in, and what stands on both is absorbed by the job
 * ids. Only where more messages than a page holds came within one second does Graph's own link go on.
 */
final class GraphListing {
    private static final int PAGE = 200;

    /** How far a delta goes back behind where the listing before it had come to: messages are visible somewhat after they came. */
    private static final Duration OVERLAP = Duration.ofMinutes(15);

    /** What was announced may have been retried for so long; the job ids absorb the rest. */
    private static final Duration RETRY_HORIZON = Duration.ofHours(72);

    /** A cursor is kept in a store's row. */
    private static final int MAX_CURSOR = 16 * 1024;

    private static final String SELECT = "$select=id,receivedDateTime,isDraft";

    private final GraphClient client;
    private final Clock clock;

    GraphListing(GraphClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** One page; throws what the caller makes a failure of. */
    ListResult read(Mailbox mailbox, MicrosoftAccount account, Optional<GraphCursor> cursor, Optional<GraphCursor> page)
            throws ApiException, InterruptedException {
        GraphCursor at = page.or(() -> cursor.map(settled -> settled.beginAt(clock.instant())))
                .orElseGet(() -> catchUp(account, mailbox.since()));
        try {
            return read(mailbox, account, at);
        } catch (ApiException failed) {
            if (failed.kind() != Kind.CURSOR_EXPIRED) {
                throw failed;
            }
        }
        Instant since = settled(at, cursor).minus(RETRY_HORIZON);
        return read(mailbox, account, catchUp(account, later(since, mailbox.since())));
    }

    /** Until when nothing is missing: by their time messages come in order, but a delta's pages are in none. */
    private static Instant settled(GraphCursor at, Optional<GraphCursor> cursor) {
        return switch (at.phase()) {
            case CATCH_UP -> at.seen();
            case DELTA -> cursor.map(last -> later(last.seen(), last.began())).orElse(at.began());
        };
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private ListResult read(Mailbox mailbox, MicrosoftAccount account, GraphCursor at)
            throws ApiException, InterruptedException {
        JsonNode answer =
                client.get(mailbox, account, at.link(), GraphClient.IMMUTABLE + ", odata.maxpagesize=" + PAGE);
        Map<String, MessagePointer> found = new LinkedHashMap<>();
        Instant now = clock.instant();
        Instant seen = at.seen();
        for (JsonNode item : answer.path("value")) {
            Optional<Instant> received = received(item);
            // Drafts too: it is how far we have come. What comes from the future would hide what arrives until then.
            seen = received.filter(time -> !time.isAfter(now))
                    .filter(seen::isBefore)
                    .orElse(seen);
            if (item.has("@removed") || item.path("isDraft").asBoolean()) {
                continue;
            }
            if (received.filter(time -> isBeforeSince(mailbox, time)).isPresent()) {
                continue;
            }
            pointer(item).ifPresent(pointer -> found.put(pointer.messageId(), pointer));
        }
        if (found.size() > ListResult.MAX_POINTERS) {
            throw new ApiException(FailureCode.SOURCE_ERROR, "Graph gave a longer page than was asked for");
        }
        return next(account, at, seen, answer, List.copyOf(found.values()));
    }

    private ListResult next(
            MicrosoftAccount account, GraphCursor at, Instant seen, JsonNode answer, List<MessagePointer> found)
            throws ApiException {
        Optional<String> more = link(account, answer, "@odata.nextLink");
        // Graph's link counts messages: where one goes between two pages, it passes over another. A time does not.
        if (more.isPresent() && at.phase() == Phase.CATCH_UP && seconds(seen).isAfter(seconds(at.seen()))) {
            return ListResult.more(found, text(catchUp(account, seen, at.began())));
        }
        if (more.isPresent() && !endsAt(at, more.get(), answer)) {
            return ListResult.more(found, text(new GraphCursor(at.phase(), seen, at.began(), more.get())));
        }
        return switch (at.phase()) {
            case CATCH_UP -> ListResult.more(found, text(delta(account, seen, at.began())));
            case DELTA -> {
                String link = link(account, answer, "@odata.deltaLink")
                        .orElseThrow(() -> new ApiException(
                                FailureCode.SOURCE_ERROR, "Graph ended a delta without a link that goes on"));
                yield ListResult.end(found, text(new GraphCursor(Phase.DELTA, seen, at.began(), link)));
            }
        };
    }

    /**
     * Whether nothing more comes although Graph gave a link. Of mail it has given empty pages without end, each with the link to itself;
     * what a page that leads to itself leaves open otherwise, nobody knows, and following the link would never end.
     */
    private static boolean endsAt(GraphCursor at, String more, JsonNode answer) throws ApiException {
        if (!more.equals(at.link())) {
            return false;
        }
        if (at.phase() == Phase.CATCH_UP && answer.path("value").isEmpty()) {
            return true;
        }
        throw new ApiException(FailureCode.SOURCE_ERROR, "Graph gave the same page as the next one");
    }

    private GraphCursor catchUp(MicrosoftAccount account, Instant since) {
        return catchUp(account, since, clock.instant());
    }

    private static GraphCursor catchUp(MicrosoftAccount account, Instant since, Instant began) {
        String link = messages(account) + "?$filter=" + encoded("receivedDateTime ge " + seconds(since))
                + "&$orderby=receivedDateTime&" + SELECT + "&$top=" + PAGE;
        return new GraphCursor(Phase.CATCH_UP, since, began, link);
    }

    /**
     * From the newest message that was seen, since the filter stays for good and our clock may be ahead of Graph's; from the beginning
     * where the listing took so long that newer ones were seen. Where nothing was seen, from where it was looked for.
     */
    private GraphCursor delta(MicrosoftAccount account, Instant seen, Instant began) {
        Instant from = seen.isBefore(began) ? seen : began;
        String link = messages(account) + "/delta?changeType=created&" + SELECT + "&$filter="
                + encoded("receivedDateTime ge " + seconds(from.minus(OVERLAP)));
        return new GraphCursor(Phase.DELTA, seen, began, link);
    }

    private static String messages(MicrosoftAccount account) {
        return "users/" + Call.step(account.userId()) + "/mailFolders/" + Call.step(account.folder()) + "/messages";
    }

    /** Whether it came too early to be the mailbox's. Graph's times end with the second: the one that {@code since} lies in counts. */
    static boolean isBeforeSince(Mailbox mailbox, Instant received) {
        return received.isBefore(seconds(mailbox.since()));
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String encoded(String filter) {
        return URLEncoder.encode(filter, StandardCharsets.UTF_8);
    }

    private Optional<String> link(MicrosoftAccount account, JsonNode answer, String name) throws ApiException {
        String link = answer.path(name).textValue();
        return link == null ? Optional.empty() : Optional.of(client.below(account, link));
    }

    private static String text(GraphCursor cursor) throws ApiException {
        String text = cursor.text();
        if (text.length() > MAX_CURSOR || GraphCursor.parse(text).isEmpty()) {
            throw new ApiException(FailureCode.SOURCE_ERROR, "Graph gave a link that cannot be kept");
        }
        return text;
    }

    private static Optional<MicrosoftPointer> pointer(JsonNode item) {
        try {
            return Optional.of(new MicrosoftPointer(null, item.path("id").textValue(), null));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    static Optional<Instant> received(JsonNode message) {
        try {
            return Optional.of(
                    OffsetDateTime.parse(message.path("receivedDateTime").asText())
                            .toInstant());
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
