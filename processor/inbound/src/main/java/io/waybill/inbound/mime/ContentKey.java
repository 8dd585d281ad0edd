package io.waybill.inbound.mime;

import java.security.MessageDigest;

/**
 * The same mail under another name. Taken from the fields as sent, not as decoded: keys are kept for years and must not change when
 * the decoding gets better. Folding and blanks do not count, for servers fold anew.
 */
final class ContentKey {
    private ContentKey() {}

    static byte[] of(HeaderFields header, String bodyHash) {
        MessageDigest digest = Digests.sha256();
        for (String name : new String[] {"Message-ID", "From", "Date", "Subject"}) {
            Digests.update(digest, header.first(name).orElse("").replaceAll("\\s+", " "));
        }
        Digests.update(digest, bodyHash);
        return digest.digest();
    }
}
