package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.TurnedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The changes of a folder since a token, page by page. */
final class DeltaCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int PAGE = 10;
    // With a filter, Graph gives no more than so many messages.
    private static final int FILTERED_MAX = 5_000;
    private static final List<String> CHANGE_TYPES = List.of("created", "updated", "deleted");

    // Random, as tokens of a process that ran before say nothing about the mailboxes of this one.
    private final AtomicInteger generation =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(1_000_000_000));
    // Not in the mailbox: one that is removed and made again must not know the old tokens.
    private final Map<String, Integer> expired = new ConcurrentHashMap<>();
    private final GraphUsers users;
    private final TurnedClock clock;
    private final Supplier<GraphFaults> faults;
    private final Duration tokenLife;
    private final String base;

    DeltaCalls(GraphUsers users, TurnedClock clock, Supplier<GraphFaults> faults, Duration tokenLife, String base) {
        this.users = users;
        this.clock = clock;
        this.faults = faults;
        this.tokenLife = tokenLife;
        this.base = base;
    }

    /** All tokens of now get 410. */
    void expireTokens() {
        generation.incrementAndGet();
    }

    /** The mailbox's tokens of now get 410. */
    void expireTokens(GraphMailbox mailbox) {
        expired.merge(mailbox.user(), 1, Integer::sum);
    }

    GraphReply delta(GraphRequest request) throws GraphRefusal {
        GraphMailbox mailbox = users.open(request.route().name("user"));
        GraphFolder folder = MessageCalls.folder(mailbox, request.route().name("folder"));
        int size = request.pageSize().orElse(PAGE);
        Optional<String> given = request.parameter("$skiptoken").or(() -> request.parameter("$deltatoken"));
        DeltaToken token = given.isPresent() ? known(given.get(), mailbox, folder) : begin(request, mailbox, folder);
        ObjectNode json = JSON.objectNode();
        json.put("@odata.context", base + "$metadata#Collection(message)");
        ArrayNode value = json.putArray("value");
        if (token.emptyLeft() > 0) {
            json.put("@odata.nextLink", link(mailbox, "$skiptoken", token.withoutAnEmptyPage(now())));
        } else {
            walk(mailbox, folder, token, size, request.wantsImmutableIds(), value, json);
        }
        return new GraphReply.Json(200, json);
    }

    private DeltaToken begin(GraphRequest request, GraphMailbox mailbox, GraphFolder folder) throws GraphRefusal {
        String filter = request.parameter("$filter").orElse(null);
        if (filter != null) {
            // Refused now and not on a later page.
            Predicate<GraphMessage> _ = MessageQuery.filter(filter);
        }
        String changeType = request.parameter("changeType").orElse(null);
        if (changeType != null && !CHANGE_TYPES.contains(changeType)) {
            throw GraphRefusal.invalid("Invalid changeType '" + changeType + "'.");
        }
        return new DeltaToken(
                folder.id(),
                generation(mailbox),
                0,
                true,
                faults.get().emptyPages(),
                0,
                MessageQuery.select(request),
                filter,
                changeType,
                now());
    }

    private DeltaToken known(String text, GraphMailbox mailbox, GraphFolder folder) throws GraphRefusal {
        DeltaToken token = DeltaToken.decode(text).orElseThrow(() -> GraphRefusal.invalid("Badly formed token."));
        int highest = generation(mailbox);
        boolean tooOld =
                clock.instant().isAfter(Instant.ofEpochMilli(token.issued()).plus(tokenLife));
        // A mailbox that was removed and made again has fewer changes than its old tokens know.
        if (tooOld
                || token.generation() != highest
                || token.next() > mailbox.changeCount(folder)
                || !token.folder().equals(folder.id())) {
            throw new GraphRefusal(
                    410,
                    "SyncStateNotFound",
                    "The sync state generation is not found; generation=" + token.generation() + ";[highest=" + highest
                            + "].");
        }
        return token;
    }

    private int generation(GraphMailbox mailbox) {
        return generation.get() + expired.getOrDefault(mailbox.user(), 0);
    }

    private void walk(
            GraphMailbox mailbox,
            GraphFolder folder,
            DeltaToken token,
            int size,
            boolean immutableIds,
            ArrayNode value,
            ObjectNode json)
            throws GraphRefusal {
        Predicate<GraphMessage> filter = token.filter() == null ? message -> true : MessageQuery.filter(token.filter());
        GraphFaults now = faults.get();
        int next = token.next();
        int given = token.given();
        boolean more = true;
        while (more && value.size() < size) {
            List<GraphFolder.Change> changes = mailbox.changes(folder, next, 1);
            if (changes.isEmpty()) {
                more = false;
                continue;
            }
            GraphFolder.Change change = changes.getFirst();
            Optional<GraphMessage> there =
                    mailbox.find(change.immutableId()).filter(message -> message.order() == change.order());
            if (there.filter(message -> message.visibleFrom().isAfter(clock.instant()))
                    .isPresent()) {
                // Not before it can be read, and not skipped either: the walk goes on from here another time.
                more = false;
                continue;
            }
            next++;
            if (change.kind() != GraphFolder.Kind.ARRIVED) {
                if (!token.first() && tellsRemovals(token, now)) {
                    value.add(removed(change, immutableIds));
                }
            } else if (there.filter(filter).isPresent() && tellsArrivals(token) && hasRoom(token, given)) {
                value.add(MessageJson.of(there.get(), mailbox.user(), token.select(), immutableIds));
                given++;
            }
        }
        if (now.repeatedItems() && !value.isEmpty()) {
            value.add(value.get(0).deepCopy());
        }
        if (more) {
            json.put("@odata.nextLink", link(mailbox, "$skiptoken", token.at(next, given, now())));
        } else {
            json.put("@odata.deltaLink", link(mailbox, "$deltatoken", token.nextRound(next, now.emptyPages(), now())));
        }
    }

    private static boolean tellsArrivals(DeltaToken token) {
        return token.changeType() == null || token.changeType().equals("created");
    }

    private static boolean tellsRemovals(DeltaToken token, GraphFaults faults) {
        return token.changeType() == null || token.changeType().equals("deleted") || faults.removedItems();
    }

    private static boolean hasRoom(DeltaToken token, int given) {
        return token.filter() == null || !token.first() || given < FILTERED_MAX;
    }

    private static ObjectNode removed(GraphFolder.Change change, boolean immutableIds) {
        ObjectNode item = JSON.objectNode();
        item.put("@odata.type", "#microsoft.graph.message");
        item.put("id", immutableIds ? change.immutableId() : change.restId());
        item.putObject("@removed").put("reason", change.kind() == GraphFolder.Kind.DELETED ? "deleted" : "changed");
        return item;
    }

    private String link(GraphMailbox mailbox, String parameter, DeltaToken token) {
        return base + "users/" + mailbox.user() + "/mailFolders/" + token.folder() + "/messages/delta?" + parameter
                + "=" + token.encode();
    }

    private long now() {
        return clock.instant().toEpochMilli();
    }
}
