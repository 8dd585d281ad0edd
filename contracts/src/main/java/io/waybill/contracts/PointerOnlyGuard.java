package io.waybill.contracts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Lets only pointers pass. Works on the bytes, before produce and again before decode, so that neither a careless producer nor a new
 * field of a record can bring content onto a topic: names are an allow-list for each level, texts have a limit, nothing nests deeper
 * than the pointer. Names that speak of content are refused by name, so that the dead letter says what was tried.
 */
public final class PointerOnlyGuard {
    private static final Set<String> JOB_FIELDS =
            Set.of("schemaVersion", "jobId", "tenantId", "mailboxId", "incarnation", "enqueuedAt", "pointer");
    private static final Set<String> POINTER_FIELDS = Set.of(
            "type",
            "subscriptionId",
            "messageId",
            "changeType",
            "folder",
            "uidValidity",
            "uid",
            "messageIdHash",
            "recovered",
            "reason",
            "hint");

    /** Never allowed at any level, whatever the allow-lists become; compared without case, dashes and underscores. */
    private static final Set<String> CONTENT_FIELDS = Set.of(
            "body",
            "bodypreview",
            "rawmime",
            "mime",
            "raw",
            "content",
            "contentbytes",
            "attachment",
            "attachments",
            "subject",
            "snippet",
            "text",
            "html",
            "from",
            "to",
            "cc",
            "bcc",
            "sender",
            "headers",
            "payload",
            "internetmessageid");

    /** The longest legal text is a Graph id of 512 characters. */
    private static final int MAX_TEXT = 512;

    /** Takes the bytes for UTF-8, and does not guess at UTF-16. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(PointerJob.MAX_BYTES)
                    .maxNameLength(PointerJob.MAX_BYTES)
                    .build())
            .build();

    private PointerOnlyGuard() {}

    /** Empty where the bytes may pass. */
    public static Optional<Rejection> check(byte[] value) {
        if (value == null || value.length == 0) {
            return reject(FailureCode.UNDECODABLE, "the record has no value");
        }
        if (value.length > PointerJob.MAX_BYTES) {
            return reject(
                    FailureCode.POINTER_TOO_LARGE, "the record is larger than " + PointerJob.MAX_BYTES + " bytes");
        }
        if (!Json.isUtf8(value)) {
            return reject(FailureCode.UNDECODABLE, "the record is not JSON");
        }
        try (JsonParser parser = FACTORY.createParser(value)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    ? checkObject(parser)
                    : reject(FailureCode.UNDECODABLE, "the record is not a JSON object");
        } catch (IOException broken) {
            return reject(FailureCode.UNDECODABLE, "the record is not JSON");
        }
    }

    /** One pass over all tokens: level 1 is the job, level 2 the pointer, and there is no level 3. */
    private static Optional<Rejection> checkObject(JsonParser parser) throws IOException {
        int level = 1;
        String field = "";
        while (level > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return reject(FailureCode.UNDECODABLE, "the record ends too early");
            }
            switch (token) {
                case FIELD_NAME -> {
                    field = parser.currentName();
                    if (!(level == 1 ? JOB_FIELDS : POINTER_FIELDS).contains(field)) {
                        return reject(FailureCode.FORBIDDEN_FIELD, describe(field, level));
                    }
                }
                case START_OBJECT -> {
                    level++;
                    if (level > 2 || !field.equals("pointer")) {
                        return reject(FailureCode.FORBIDDEN_FIELD, "an object stands where a pointer has none");
                    }
                }
                case END_OBJECT -> level--;
                case START_ARRAY -> {
                    return reject(FailureCode.FORBIDDEN_FIELD, "a list stands where a pointer has none");
                }
                case VALUE_STRING -> {
                    if (parser.getTextLength() > MAX_TEXT) {
                        return reject(FailureCode.FORBIDDEN_FIELD, "a text is longer than " + MAX_TEXT + " characters");
                    }
                }
                case VALUE_NUMBER_INT,
                        VALUE_NUMBER_FLOAT,
                        VALUE_TRUE,
                        VALUE_FALSE,
                        VALUE_NULL,
                        END_ARRAY,
                        VALUE_EMBEDDED_OBJECT,
                        NOT_AVAILABLE -> {}
            }
        }
        return parser.nextToken() == null
                ? Optional.empty()
                : reject(FailureCode.UNDECODABLE, "something follows the JSON object");
    }

    /** Forbidden names of content are ours and may be said; any other unknown name is the stranger's and may be content itself. */
    private static String describe(String field, int level) {
        String where = level == 1 ? "the job" : "the pointer";
        String plain = field.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
        return CONTENT_FIELDS.contains(plain)
                ? where + " carries the content field " + plain
                : where + " carries a field that is not in the contract";
    }

    private static Optional<Rejection> reject(FailureCode code, String detail) {
        return Optional.of(new Rejection(code, detail));
    }
}
