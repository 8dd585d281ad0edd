package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * "This mailbox changed: list it." Such jobs coalesce per mailbox and folder, and end in a log event: never an outcome, never a
 * dead letter.
 *
 * @param reason why somebody thinks so
 * @param folder the folder that changed; null means every folder of the mailbox
 * @param hint the provider's cursor hint (Gmail's historyId), at most 64 characters; null where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChangesPointer(Reason reason, String folder, String hint) implements Pointer {
    /** Why a mailbox is to be listed. */
    public enum Reason {
        /** The provider pushed a cursor. */
        PUSH,
        /** The provider says that it dropped notifications. */
        MISSED,
        /** A listener connected, for the first time or again. */
        CONNECTED,
        /** Time went by. */
        TICK,
        /** The mailbox was paused and is not any more. */
        RESUMED;

        /** The word on the wire. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The hint that is later, of two; empty where one of the two says nothing, since then nobody knows. */
    public static Optional<String> later(String one, String other) {
        if (one == null || other == null) {
            return Optional.empty();
        }
        return Optional.of(isBeyond(one, other) ? one : other);
    }

    /** Whether a hint is beyond another: hints are numbers, of up to 64 digits. */
    public static boolean isBeyond(String hint, String other) {
        return hint.length() != other.length() ? hint.length() > other.length() : hint.compareTo(other) > 0;
    }

    public ChangesPointer {
        Objects.requireNonNull(reason, "reason");
        folder = folder == null ? null : ImapPointer.folderName(folder);
        Text.requireToken("hint", hint, 64);
    }
}
