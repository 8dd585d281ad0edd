package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A message in an IMAP mailbox. The triple (folder, uidValidity, uid) never names another message (RFC 9051, 2.3.1.1).
 *
 * @param folder 1 to 255 characters without control characters; {@code INBOX} in any case is {@code INBOX}
 * @param uidValidity 1 to 2^32-1
 * @param uid 1 to 2^32-1
 * @param messageIdHash keyed hash of the Message-ID ({@link InstallKey#messageIdHash}), to find a moved message again; may be null
 * @param recovered true where the folder's UIDVALIDITY changed and listing found the message under its new name: it may have been
 *     handled before, so the handler compares its content key; null means false
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImapPointer(String folder, long uidValidity, long uid, String messageIdHash, Boolean recovered)
        implements MessagePointer {
    /** Characters of {@code messageIdHash} at most. */
    static final int MAX_HASH = 64;

    private static final long MAX_UINT32 = 0xFFFF_FFFFL;

    public ImapPointer {
        folder = folderName(folder);
        requireUint32("uidValidity", uidValidity);
        requireUint32("uid", uid);
        Text.requireToken("messageIdHash", messageIdHash, MAX_HASH);
        if (recovered != null && !recovered) {
            recovered = null;
        }
    }

    /** A message announced by a listener or found by an ordinary listing. */
    public static ImapPointer of(String folder, long uidValidity, long uid) {
        return new ImapPointer(folder, uidValidity, uid, null, null);
    }

    /** The name under which a folder is compared; throws IllegalArgumentException where it cannot be one. */
    public static String folderName(String folder) {
        Text.requireText("folder", folder, 255);
        return folder.equalsIgnoreCase("INBOX") ? "INBOX" : folder;
    }

    @Override
    public Provider provider() {
        return Provider.IMAP;
    }

    @Override
    public List<String> identity() {
        return List.of(folder, Long.toString(uidValidity), Long.toString(uid));
    }

    private static void requireUint32(String field, long value) {
        if (value < 1 || value > MAX_UINT32) {
            throw new IllegalArgumentException(field + " must be 1 to " + MAX_UINT32);
        }
    }
}
