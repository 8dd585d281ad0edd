package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waybill.sandbox.emulator.TurnedClock;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Users and their messages, read. */
final class MessageCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final GraphUsers users;
    private final TurnedClock clock;
    private final String base;

    MessageCalls(GraphUsers users, TurnedClock clock, String base) {
        this.users = users;
        this.clock = clock;
        this.base = base;
    }

    GraphReply user(GraphRequest request) throws GraphRefusal {
        GraphMailbox mailbox = users.open(request.route().name("user"));
        ObjectNode json = JSON.objectNode();
        json.put("@odata.context", base + "$metadata#users/$entity");
        json.put("id", mailbox.user());
        json.put("displayName", mailbox.mail());
        json.put("mail", mailbox.mail());
        json.put("userPrincipalName", mailbox.mail());
        return new GraphReply.Json(200, json);
    }

    GraphReply message(GraphRequest request) throws GraphRefusal {
        GraphMailbox mailbox = users.open(request.route().name("user"));
        GraphMessage message = find(mailbox, request);
        ObjectNode json = JSON.objectNode();
        json.put("@odata.context", base + "$metadata#users('" + mailbox.user() + "')/messages/$entity");
        json.setAll(MessageJson.of(message, mailbox.user(), MessageQuery.select(request), request.wantsImmutableIds()));
        return new GraphReply.Json(200, json);
    }

    GraphReply mime(GraphRequest request) throws GraphRefusal {
        return new GraphReply.Mime(
                find(users.open(request.route().name("user")), request).mime());
    }

    GraphReply list(GraphRequest request) throws GraphRefusal {
        GraphMailbox mailbox = users.open(request.route().name("user"));
        String folder = request.route().name("folder");
        MessageQuery query = MessageQuery.of(request);
        List<GraphMessage> found =
                mailbox.list(folder == null ? null : folder(mailbox, folder), query, clock.instant());
        List<GraphMessage> page =
                found.stream().skip(query.skip()).limit(query.top()).toList();
        ObjectNode json = JSON.objectNode();
        json.put("@odata.context", base + "$metadata#users('" + mailbox.user() + "')/messages");
        ArrayNode value = json.putArray("value");
        for (GraphMessage message : page) {
            value.add(MessageJson.of(message, mailbox.user(), query.select(), request.wantsImmutableIds()));
        }
        if (found.size() > query.skip() + page.size()) {
            json.put("@odata.nextLink", nextLink(request, mailbox, folder, query.skip() + page.size()));
        }
        return new GraphReply.Json(200, json);
    }

    static GraphFolder folder(GraphMailbox mailbox, String name) throws GraphRefusal {
        Optional<GraphFolder> folder = mailbox.folder(name);
        if (folder.isEmpty()) {
            throw GraphRefusal.noSuchItem();
        }
        return folder.get();
    }

    private GraphMessage find(GraphMailbox mailbox, GraphRequest request) throws GraphRefusal {
        String id = request.route().name("message");
        // Stricter than Graph, which is lenient with some: who forgets the header must hear of it, and not as "gone".
        if (!MessageIds.isWellFormed(id) || (MessageIds.isImmutable(id) && !request.wantsImmutableIds())) {
            throw new GraphRefusal(400, "ErrorInvalidIdMalformed", "Id is malformed.");
        }
        return mailbox.find(id)
                .filter(message -> !message.visibleFrom().isAfter(clock.instant()))
                .orElseThrow(GraphRefusal::noSuchItem);
    }

    /** The same query further on; Graph counts with {@code $skip} too, so mails that arrive meanwhile shift the pages. */
    private String nextLink(GraphRequest request, GraphMailbox mailbox, String folder, int skip) {
        Map<String, String> query = new TreeMap<>(request.query());
        query.put("$skip", Integer.toString(skip));
        return base + "users/" + mailbox.user() + (folder == null ? "" : "/mailFolders/" + encode(folder))
                + "/messages?"
                + query.entrySet().stream()
                        .map(each -> each.getKey() + "=" + encode(each.getValue()))
                        .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
