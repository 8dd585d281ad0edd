package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.TurnedClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The changes of a mailbox since a history id, page by page. */
final class HistoryCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final GmailUsers users;
    private final TurnedClock clock;
    private final Supplier<GmailFaults> faults;
    private final Duration historyLife;

    HistoryCalls(GmailUsers users, TurnedClock clock, Supplier<GmailFaults> faults, Duration historyLife) {
        this.users = users;
        this.clock = clock;
        this.faults = faults;
        this.historyLife = historyLife;
    }

    GmailReply list(GmailRequest request) throws GmailRefusal {
        GmailMailbox mailbox = users.open(request.grant().subject());
        mailbox.expireHistory(clock.instant().minus(historyLife));
        long start = historyId(request);
        if (!mailbox.knows(start)) {
            throw GmailRefusal.notFound();
        }
        int most = faults.get().historyPageMax();
        int size = most == 0 ? request.maxResults() : Math.min(most, request.maxResults());
        Optional<String> token = request.parameter("pageToken");
        long after = token.isPresent() ? position(token.get()) : start;
        Predicate<HistoryRecord> wanted = wanted(request);
        // One more than the page, so that it shows whether there is another.
        GmailMailbox.History known = mailbox.history(after, wanted, size + 1);
        List<HistoryRecord> found = known.records();
        List<HistoryRecord> page = found.size() > size ? found.subList(0, size) : found;
        ObjectNode json = JSON.objectNode();
        if (!page.isEmpty()) {
            ArrayNode records = json.putArray("history");
            boolean repeats = faults.get().repeatedItems();
            if (repeats && token.isPresent()) {
                // What ended the page before: the record of just that id.
                mailbox.history(after - 1, wanted, 1).records().forEach(last -> records.add(json(last)));
            }
            page.forEach(each -> records.add(json(each)));
            if (repeats) {
                records.add(json(page.getFirst()));
            }
        }
        if (found.size() > size) {
            json.put("nextPageToken", token(page.getLast().id()));
        }
        json.put("historyId", Long.toUnsignedString(known.historyId()));
        return new GmailReply.Json(json);
    }

    private Predicate<HistoryRecord> wanted(GmailRequest request) throws GmailRefusal {
        Set<HistoryRecord.Kind> kinds = EnumSet.noneOf(HistoryRecord.Kind.class);
        for (String type : request.parameters("historyTypes")) {
            kinds.add(Arrays.stream(HistoryRecord.Kind.values())
                    .filter(kind -> kind.type().equals(type))
                    .findFirst()
                    .orElseThrow(() -> GmailRefusal.invalid("Invalid value at 'history_types': \"" + type + "\"")));
        }
        Optional<String> label = request.parameter("labelId");
        // By the time of the look: a record that came after the request is counted by the answer's history id.
        return each -> !each.visibleFrom().isAfter(clock.instant())
                && (kinds.isEmpty() || kinds.contains(each.kind()))
                && (label.isEmpty() || each.concerns(label.get()));
    }

    private static long historyId(GmailRequest request) throws GmailRefusal {
        try {
            return Long.parseUnsignedLong(request.parameter("startHistoryId").orElse(""));
        } catch (NumberFormatException noNumber) {
            throw GmailRefusal.invalid("Missing/invalid parameter: startHistoryId");
        }
    }

    private static ObjectNode json(HistoryRecord change) {
        ObjectNode json = JSON.objectNode();
        json.put("id", Long.toUnsignedString(change.id()));
        json.putArray("messages").add(MessageJson.named(change.messageId(), change.threadId()));
        ObjectNode item = json.putArray(change.kind().field()).addObject();
        item.set("message", MessageJson.labelled(change.messageId(), change.threadId(), change.labels()));
        if (change.kind().isOfLabels()) {
            change.changed().forEach(item.putArray("labelIds")::add);
        }
        return json;
    }

    private static String token(long last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Long.toUnsignedString(last).getBytes(StandardCharsets.US_ASCII));
    }

    private static long position(String token) throws GmailRefusal {
        try {
            return Long.parseUnsignedLong(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException notOurs) {
            throw GmailRefusal.invalid("Invalid pageToken");
        }
    }
}
