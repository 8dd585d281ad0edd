package io.waybill.sandbox.graph;

import io.waybill.sandbox.emulator.MimeHeaders;
import java.time.Instant;

/**
 * One message where it is now.
 *
 * @param order counts the arrivals in a mailbox, by delivery and by move
 * @param visibleFrom when a client that asks first finds it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record GraphMessage(
        String immutableId,
        String restId,
        String folderId,
        String folderName,
        long order,
        byte[] mime,
        String internetMessageId,
        Instant received,
        Instant visibleFrom) {

    static GraphMessage arrived(
            String origin, GraphFolder folder, long order, byte[] mime, Instant received, Instant visibleFrom) {
        String id = MessageIds.immutable(origin, order);
        return new GraphMessage(
                id,
                MessageIds.rest(id, folder.id(), order),
                folder.id(),
                folder.name(),
                order,
                mime,
                // Exchange gives one to a mail that has none.
                MimeHeaders.of(mime).messageId().orElse("<" + Integer.toHexString(id.hashCode()) + "@graph.example>"),
                received,
                visibleFrom);
    }

    GraphMessage movedTo(GraphFolder folder, long newOrder) {
        return new GraphMessage(
                immutableId,
                MessageIds.rest(immutableId, folder.id(), newOrder),
                folder.id(),
                folder.name(),
                newOrder,
                mime,
                internetMessageId,
                received,
                visibleFrom);
    }

    String id(boolean immutable) {
        return immutable ? immutableId : restId;
    }

    String etag() {
        return "W/\"" + MessageIds.changeKey(immutableId, order) + "\"";
    }
}
