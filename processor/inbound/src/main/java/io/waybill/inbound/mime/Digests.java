package io.waybill.inbound.mime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, and the way fields go into it. */
final class Digests {
    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** Adds the length and the bytes, so that no two lists of fields run into the same bytes. */
    static void update(MessageDigest digest, byte[] field) {
        digest.update(ByteBuffer.allocate(4).putInt(field.length).flip());
        digest.update(field);
    }

    static void update(MessageDigest digest, String field) {
        update(digest, field.getBytes(StandardCharsets.UTF_8));
    }
}
