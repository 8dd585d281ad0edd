package io.waybill.sandbox.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Where a walk through a folder's changes stands, with the parameters it began with. Opaque to clients.
 *
 * @param folder the folder's id
 * @param generation of the sync state; tokens of an older one are worth nothing
 * @param next the first change that was not looked at
 * @param first whether this is the first round, which shows what is there and not what went
 * @param emptyLeft how many empty pages come before the next item
 * @param given how many items the first round has given
 * @param filter null for none
 * @param issued in milliseconds
 */
record DeltaToken(
        String folder,
        int generation,
        int next,
        boolean first,
        int emptyLeft,
        int given,
        List<String> select,
        String filter,
        String changeType,
        long issued) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Optional<DeltaToken> decode(String text) {
        try {
            return Optional.of(JSON.readValue(Base64.getUrlDecoder().decode(text), DeltaToken.class));
        } catch (IOException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    String encode() {
        try {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(JSON.writeValueAsBytes(this));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    DeltaToken withoutAnEmptyPage(long now) {
        return new DeltaToken(folder, generation, next, first, emptyLeft - 1, given, select, filter, changeType, now);
    }

    DeltaToken at(int change, int givenNow, long now) {
        return new DeltaToken(folder, generation, change, first, 0, givenNow, select, filter, changeType, now);
    }

    /** Where the next round begins. */
    DeltaToken nextRound(int change, int emptyPages, long now) {
        return new DeltaToken(folder, generation, change, false, emptyPages, 0, select, filter, changeType, now);
    }
}
