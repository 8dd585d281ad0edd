package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an IMAP listener posts to {@code /imap/notifications?k=…}: either the UIDs that it saw ({@code folder}, {@code uidValidity},
 * {@code uids}, and {@code messageIdHashes} where it can tell them) or that something may have changed ({@code folder}, {@code changes:
 * true}).
 *
 * @param folder the folder, as configured for the mailbox
 * @param uidValidity of the UIDs; null with {@code changes}
 * @param uids 1 to {@link #MAX_UIDS}; null with {@code changes}
 * @param messageIdHashes the keyed hash of each message's Message-ID ({@link InstallKey#messageIdHash}), in the order of {@code uids}
 *     and as many, null where a message has none; by them a message that is moved before it is fetched is found again. Null where the
 *     listener does not know any: then such a message is only asked for again where it was. A hash is no part of a job's identity
 * @param changes true, or null with UIDs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImapNotification(
        String folder, Long uidValidity, List<Long> uids, List<String> messageIdHashes, Boolean changes) {
    /** One request is one acknowledgement: what is not acknowledged in time is repeated whole. */
    public static final int MAX_UIDS = 1_000;

    /** 1,000 UIDs of ten digits with their hashes and the longest folder name fit well. */
    public static final int MAX_BYTES = 128 * 1024;

    private static final ObjectMapper MAPPER = Json.mapper(4, 4096);

    public ImapNotification {
        folder = ImapPointer.folderName(folder);
        boolean listing = Boolean.TRUE.equals(changes);
        boolean pointing = uidValidity != null && uids != null;
        boolean named = uidValidity != null || uids != null || messageIdHashes != null;
        if (listing ? named : changes != null || !pointing) {
            throw new IllegalArgumentException("either uidValidity and uids, or changes: true");
        }
        if (pointing) {
            uids = List.copyOf(uids);
            if (uids.isEmpty() || uids.size() > MAX_UIDS) {
                throw new IllegalArgumentException("uids must be 1 to " + MAX_UIDS);
            }
            for (long uid : uids) {
                ImapPointer.of(folder, uidValidity, uid);
            }
        }
        if (messageIdHashes != null) {
            if (messageIdHashes.size() != uids.size()) {
                throw new IllegalArgumentException("messageIdHashes must be as many as uids");
            }
            messageIdHashes.forEach(hash -> Text.requireToken("messageIdHashes", hash, ImapPointer.MAX_HASH));
            // Not List.copyOf: a message without a Message-ID stands here as null.
            messageIdHashes = Collections.unmodifiableList(new ArrayList<>(messageIdHashes));
        }
    }

    public static ImapNotification changed(String folder) {
        return new ImapNotification(folder, null, null, null, true);
    }

    public static ImapNotification arrived(String folder, long uidValidity, List<Long> uids) {
        return new ImapNotification(folder, uidValidity, uids, null, null);
    }

    /** @param messageIdHashes as many as UIDs, null where a message has no Message-ID */
    public static ImapNotification arrived(
            String folder, long uidValidity, List<Long> uids, List<String> messageIdHashes) {
        return new ImapNotification(folder, uidValidity, uids, messageIdHashes, null);
    }

    /** Reads a body of at most {@link #MAX_BYTES}; throws IOException whose message may be shown to the caller. */
    public static ImapNotification parse(byte[] body) throws IOException {
        if (body.length > MAX_BYTES) {
            throw new IOException("body larger than " + MAX_BYTES + " bytes");
        }
        try {
            ImapNotification notification = MAPPER.readValue(body, ImapNotification.class);
            if (notification != null) {
                return notification;
            }
        } catch (IOException invalid) {
            // Only what we wrote ourselves may be shown: a parser's message quotes what it read.
            if (invalid.getCause() instanceof IllegalArgumentException wrong) {
                throw new IOException(wrong.getMessage(), null);
            }
        }
        throw new IOException("the body is not a notification", null);
    }

    /** The body of the request. */
    public byte[] toJson() {
        try {
            return MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The pointers it stands for, in the order given, without repeats. */
    @JsonIgnore
    public List<Pointer> pointers() {
        if (changes != null) {
            return List.of(new ChangesPointer(ChangesPointer.Reason.CONNECTED, folder, null));
        }
        List<Pointer> pointers = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < uids.size(); i++) {
            if (seen.add(uids.get(i))) {
                String hash = messageIdHashes == null ? null : messageIdHashes.get(i);
                pointers.add(new ImapPointer(folder, uidValidity, uids.get(i), hash, null));
            }
        }
        return pointers;
    }
}
