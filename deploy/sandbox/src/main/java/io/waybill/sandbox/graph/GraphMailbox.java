package io.waybill.sandbox.graph;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A user's mailbox in memory. */
final class GraphMailbox {
    static final String INBOX = "inbox";
    // Exchange has these from the start; others are made when a mail is put into them.
    private static final Set<String> WELL_KNOWN =
            Set.of(INBOX, "archive", "deleteditems", "drafts", "junkemail", "sentitems");

    private final String user;
    private final String mail;
    private final String origin;
    private final Map<String, GraphFolder> folders = new HashMap<>();
    private final Map<String, GraphMessage> messages = new HashMap<>();
    private final Map<String, String> immutableByRest = new HashMap<>();
    private volatile boolean denied;
    private long arrivals;

    /**
     * @param origin what the ids of its messages are made of: two mailboxes of a user, one after the other, must not share any, also
     *     where the process was started anew in between. Clients take a message of the same id for the one they know.
     */
    GraphMailbox(String user, String mail, String origin) {
        this.user = user;
        this.mail = mail;
        this.origin = origin;
        WELL_KNOWN.forEach(this::addFolder);
    }

    /** A message that left a folder, as it was there and, unless it is deleted, as it is now. */
    record Departure(GraphMessage before, Optional<GraphMessage> after) {}

    String user() {
        return user;
    }

    String mail() {
        return mail;
    }

    boolean isDenied() {
        return denied;
    }

    void deny(boolean access) {
        denied = access;
    }

    synchronized GraphMessage deliver(String folder, byte[] mime, Instant received, Instant visibleFrom) {
        GraphFolder target = folder(folder).orElseGet(() -> addFolder(folder));
        GraphMessage message = GraphMessage.arrived(origin, target, ++arrivals, mime, received, visibleFrom);
        put(message, target);
        return message;
    }

    synchronized Optional<Departure> move(String id, String folder) {
        GraphFolder target = folder(folder).orElseGet(() -> addFolder(folder));
        return find(id).map(message -> {
            take(message, GraphFolder.Kind.MOVED_AWAY);
            GraphMessage moved = message.movedTo(target, ++arrivals);
            put(moved, target);
            return new Departure(message, Optional.of(moved));
        });
    }

    synchronized Optional<Departure> delete(String id) {
        return find(id).map(message -> {
            take(message, GraphFolder.Kind.DELETED);
            return new Departure(message, Optional.empty());
        });
    }

    /** By either kind of id; a REST id of before a move finds nothing. */
    synchronized Optional<GraphMessage> find(String id) {
        return Optional.ofNullable(messages.get(immutableByRest.getOrDefault(id, id)));
    }

    /** By its well-known name, in any case, or its id. */
    synchronized Optional<GraphFolder> folder(String nameOrId) {
        GraphFolder named = folders.get(nameOrId.toLowerCase(Locale.ROOT));
        return Optional.ofNullable(named)
                .or(() -> folders.values().stream()
                        .filter(each -> each.id().equals(nameOrId))
                        .findFirst());
    }

    /** What the query asks for that is visible now, from the folder or, if null, from all. */
    synchronized List<GraphMessage> list(GraphFolder folder, MessageQuery query, Instant now) {
        List<GraphMessage> found = new ArrayList<>();
        Collection<GraphMessage> all = folder == null
                ? messages.values().stream().sorted(MessageQuery.OLDEST_FIRST).toList()
                : folder.messages();
        for (GraphMessage message : query.newestFirst() ? List.copyOf(all).reversed() : all) {
            if (!message.visibleFrom().isAfter(now) && query.accepts(message)) {
                found.add(message);
                // One more than the page, so that it shows whether there is another.
                if (found.size() > query.skip() + query.top()) {
                    break;
                }
            }
        }
        return found;
    }

    /** What happened in the folder from that change on, at most so many of them. */
    synchronized List<GraphFolder.Change> changes(GraphFolder folder, int from, int most) {
        int end = (int) Math.min(folder.journal().size(), (long) from + most);
        return List.copyOf(folder.journal().subList(Math.min(from, end), end));
    }

    synchronized int changeCount(GraphFolder folder) {
        return folder.journal().size();
    }

    private GraphFolder addFolder(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        GraphFolder folder = new GraphFolder(MessageIds.folder(user, key), key);
        folders.put(key, folder);
        return folder;
    }

    private void put(GraphMessage message, GraphFolder folder) {
        messages.put(message.immutableId(), message);
        immutableByRest.put(message.restId(), message.immutableId());
        folder.arrive(message);
    }

    private void take(GraphMessage message, GraphFolder.Kind kind) {
        messages.remove(message.immutableId());
        immutableByRest.remove(message.restId());
        folder(message.folderName()).orElseThrow().leave(message, kind);
    }
}
