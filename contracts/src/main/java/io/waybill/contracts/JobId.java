package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * The identity of a job: lower-case base32 of 32 bytes. For a message it is the SHA-256 over length-prefixed fields (tenant,
 * provider, mailbox, incarnation, the provider's own identity), so the same message announced five times is one job; for a
 * {@link ChangesPointer} it is random.
 *
 * @param value 52 characters of {@code a-z 2-7}
 */
public record JobId(@JsonValue String value) implements Comparable<JobId> {
    /** Raised when the fields or their order change: the ids of all messages change with it. */
    private static final String VERSION = "1";

    private static final int BYTES = 32;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int LENGTH = 52;
    private static final SecureRandom RANDOM = new SecureRandom();

    @JsonCreator
    public JobId {
        if (!isJobId(value)) {
            throw new IllegalArgumentException("a job id is 52 characters of a-z and 2-7");
        }
    }

    /** The id of a message in a mailbox. */
    public static JobId of(MailboxKey mailbox, String incarnation, MessagePointer pointer) {
        MessageDigest digest = sha256();
        update(digest, VERSION);
        update(digest, mailbox.tenant());
        update(digest, pointer.provider().token());
        update(digest, mailbox.mailbox());
        update(digest, incarnation);
        pointer.identity().forEach(field -> update(digest, field));
        return of(digest.digest());
    }

    /** An id for a job that has no identity of its own. */
    public static JobId random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return of(bytes);
    }

    /** Writes 32 raw bytes as text. */
    public static JobId of(byte[] raw) {
        if (raw.length != BYTES) {
            throw new IllegalArgumentException("a job id is 32 bytes");
        }
        byte[] text = new byte[LENGTH];
        int length = 0;
        int buffer = 0;
        int bits = 0;
        for (byte b : raw) {
            buffer = (buffer << 8) | (b & 0xFF);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text[length++] = (byte) ALPHABET.charAt((buffer >>> bits) & 31);
            }
            buffer &= (1 << bits) - 1;
        }
        text[length] = (byte) ALPHABET.charAt((buffer << (5 - bits)) & 31);
        return new JobId(new String(text, StandardCharsets.US_ASCII));
    }

    /** Whether the text has the form of a job id. */
    public static boolean isJobId(String text) {
        if (text == null || text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            if (digit(text.charAt(i)) < 0) {
                return false;
            }
        }
        // 52 digits are 260 bits, 4 more than there are: of the last digit only the highest bit says something.
        return (digit(text.charAt(LENGTH - 1)) & 0b01111) == 0;
    }

    /** The 32 raw bytes: the key of every store. */
    public byte[] bytes() {
        ByteBuffer raw = ByteBuffer.allocate(BYTES);
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < value.length() && raw.hasRemaining(); i++) {
            buffer = (buffer << 5) | digit(value.charAt(i));
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                raw.put((byte) (buffer >>> bits));
                buffer &= (1 << bits) - 1;
            }
        }
        return raw.array();
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    /** The value of a base32 digit, or -1. */
    private static int digit(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
    }

    private static void update(MessageDigest digest, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
