package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Profiles and messages, read. */
final class MessageCalls {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    // Of the last message that was given: one that comes meanwhile does not shift the pages.
    private static final Pattern TOKEN = Pattern.compile("(-?[0-9]{1,18})\\.([0-9a-f]{16})");

    private final GmailUsers users;

    MessageCalls(GmailUsers users) {
        this.users = users;
    }

    GmailReply profile(GmailRequest request) throws GmailRefusal {
        GmailMailbox mailbox = users.open(request.grant().subject());
        GmailMailbox.Profile profile = mailbox.profile();
        return new GmailReply.Json(JSON.objectNode()
                .put("emailAddress", mailbox.address())
                .put("messagesTotal", profile.messages())
                .put("threadsTotal", profile.threads())
                .put("historyId", Long.toUnsignedString(profile.historyId())));
    }

    GmailReply get(GmailRequest request) throws GmailRefusal {
        GmailMailbox mailbox = users.open(request.grant().subject());
        String id = request.route().name("message");
        if (!MessageIds.isWellFormed(id)) {
            throw GmailRefusal.invalid("Invalid id value");
        }
        String format = request.parameter("format").orElse("full");
        GmailMessage message = mailbox.find(id).orElseThrow(GmailRefusal::notFound);
        return new GmailReply.Json(
                switch (format) {
                    case "raw" -> MessageJson.raw(message);
                    case "minimal" -> MessageJson.minimal(message);
                    case "metadata" -> MessageJson.metadata(message, request.parameters("metadataHeaders"));
                    case "full" ->
                        throw GmailRefusal.invalid("This emulator gives format=raw, metadata and minimal only.");
                    default -> throw GmailRefusal.invalid("Invalid value at 'format': \"" + format + "\"");
                });
    }

    GmailReply list(GmailRequest request) throws GmailRefusal {
        GmailMailbox mailbox = users.open(request.grant().subject());
        int size = request.maxResults();
        Predicate<GmailMessage> wanted = MessageQuery.of(request).and(after(request.parameter("pageToken")));
        // One more than the page, so that it shows whether there is another.
        List<GmailMessage> found = mailbox.list(wanted, size + 1);
        List<GmailMessage> page = found.size() > size ? found.subList(0, size) : found;
        ObjectNode json = JSON.objectNode();
        if (!page.isEmpty()) {
            ArrayNode messages = json.putArray("messages");
            page.forEach(each -> messages.add(MessageJson.named(each.id(), each.threadId())));
        }
        if (found.size() > size) {
            json.put("nextPageToken", token(page.getLast()));
        }
        json.put("resultSizeEstimate", found.size());
        return new GmailReply.Json(json);
    }

    private static String token(GmailMessage last) {
        String position = last.received().toEpochMilli() + "." + last.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.US_ASCII));
    }

    private static Predicate<GmailMessage> after(Optional<String> token) throws GmailRefusal {
        if (token.isEmpty()) {
            return message -> true;
        }
        Matcher position = TOKEN.matcher(decode(token.get()));
        if (!position.matches()) {
            throw GmailRefusal.invalid("Invalid pageToken");
        }
        Instant time = Instant.ofEpochMilli(Long.parseLong(position.group(1)));
        String id = position.group(2);
        return message -> message.received().isBefore(time)
                || (message.received().equals(time) && message.id().compareTo(id) < 0);
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException notOurs) {
            return "";
        }
    }
}
