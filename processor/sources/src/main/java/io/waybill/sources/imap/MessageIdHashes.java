package io.waybill.sources.imap;

import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Secrets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keyed hashes by which a message is known again where it was moved to. Written with the install key in force, and compared with
 * both that are live while a rotation lasts.
 */
public final class MessageIdHashes {
    private final List<InstallKey> keys;

    private MessageIdHashes(List<InstallKey> keys) {
        this.keys = keys;
    }

    static MessageIdHashes of(Secrets secrets) {
        try {
            return new MessageIdHashes(InstallKey.live(secrets));
        } catch (IllegalArgumentException tooShort) {
            // Whoever signs with it says so; a listing must not fail for it.
            return new MessageIdHashes(List.of());
        }
    }

    /** Whether there is a key, so that hashes can be made and compared. */
    boolean available() {
        return !keys.isEmpty();
    }

    /**
     * The hashes of messages in the open folder, by UID. None for a message without a Message-ID, nor where there is no install key or
     * the server does not answer such a question: then a message that is moved is only asked for again where it was.
     */
    public Map<Long, String> of(ImapSession session, String tenant, Collection<Long> uids) throws ImapException {
        Map<Long, String> hashes = new HashMap<>();
        if (available() && !uids.isEmpty()) {
            session.messageIdsIfWilling(uids)
                    .forEach((uid, id) -> hashes.put(uid, keys.getFirst().messageIdHash(tenant, id)));
        }
        return hashes;
    }

    /** Whether the hash is this Message-ID's, under any live key. */
    boolean matches(String tenant, String messageId, String hash) {
        return keys.stream()
                .anyMatch(key -> key.messageIdHash(tenant, messageId).equals(hash));
    }
}
