package io.waybill.sandbox.graph;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/** Ids that look like Exchange's: long, case-sensitive, with {@code -}, {@code _} and {@code =} in them. */
final class MessageIds {
    private static final String IMMUTABLE = "AAkALgAAAAAA";
    private static final String REST = "AAMkAGUwNjQ4";
    private static final String FOLDER = "AQMkADYAAAIB";
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_=-]{20,512}");

    static String immutable(String origin, long number) {
        return IMMUTABLE + digest(origin + "\n" + number, "SHA-512");
    }

    /** The id without {@code Prefer: IdType="ImmutableId"}: another one in every folder, and after every move. */
    static String rest(String immutableId, String folderId, long order) {
        return REST + digest(immutableId + "\n" + folderId + "\n" + order, "SHA-512");
    }

    static String folder(String user, String name) {
        return FOLDER + digest(user + "\n" + name, "SHA-256");
    }

    static String changeKey(String id, long version) {
        return "CQAAABYAAA" + digest(id + "\n" + version, "SHA-256").substring(0, 22);
    }

    static String conversation(String user, String root) {
        return "AAQkAGUwNjQ4" + digest(user + "\n" + root, "SHA-256");
    }

    static boolean isImmutable(String id) {
        return id.startsWith(IMMUTABLE);
    }

    /** Whether it could be a message's id at all. */
    static boolean isWellFormed(String id) {
        return SHAPE.matcher(id).matches() && (id.startsWith(IMMUTABLE) || id.startsWith(REST));
    }

    private static String digest(String text, String algorithm) {
        try {
            return Base64.getUrlEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private MessageIds() {}
}
