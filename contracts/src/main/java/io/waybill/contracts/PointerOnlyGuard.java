package io.waybill.contracts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxStringLength(PointerJob.MAX_BYTES)
                    .maxNameLength(PointerJob.MAX_BYTES)
                    .build())
            .build();

    private PointerOnlyGuard() {}

    /** What the guard says of bytes. */
    sealed interface Checked {
        /** They may pass; these are the fields that the job has. */
        record Passed(PointerFields job) implements Checked {}

        record Refused(Rejection rejection) implements Checked {}
    }

    /** Empty where the bytes may pass. */
    public static Optional<Rejection> check(byte[] value) {
        return switch (read(value)) {
            case Checked.Passed _ -> Optional.empty();
            case Checked.Refused refused -> Optional.of(refused.rejection());
        };
    }

    /** The same in one pass with reading them: each record is looked at by whoever produces it and by whoever consumes it. */
    static Checked read(byte[] value) {
        if (value == null || value.length == 0) {
            return refuse(FailureCode.UNDECODABLE, "the record has no value");
        }
        if (value.length > PointerJob.MAX_BYTES) {
            return refuse(
                    FailureCode.POINTER_TOO_LARGE, "the record is larger than " + PointerJob.MAX_BYTES + " bytes");
        }
        try (JsonParser parser = parser(value)) {
            return parser.nextToken() == JsonToken.START_OBJECT
                    ? readObject(parser)
                    : refuse(FailureCode.UNDECODABLE, "the record is not a JSON object");
        } catch (IOException broken) {
            return refuse(FailureCode.UNDECODABLE, "the record is not JSON");
        }
    }

    /** Decoded here, strictly, unless it is plain ASCII: the parser would guess at UTF-16 and let broken UTF-8 pass. */
    private static JsonParser parser(byte[] value) throws IOException {
        return isPlain(value) ? FACTORY.createParser(value) : FACTORY.createParser(utf8(value));
    }

    private static boolean isPlain(byte[] value) {
        for (byte b : value) {
            if (b < ' ') {
                return false;
            }
        }
        return true;
    }

    private static String utf8(byte[] value) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(value))
                .toString();
    }

    /** One pass over all tokens: level 1 is the job, level 2 the pointer, and there is no level 3. */
    private static Checked readObject(JsonParser parser) throws IOException {
        PointerFields job = new PointerFields();
        PointerFields pointer = null;
        String field = "";
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return refuse(FailureCode.UNDECODABLE, "the record ends too early");
            }
            PointerFields fields = pointer == null ? job : pointer;
            switch (token) {
                case FIELD_NAME -> {
                    field = parser.currentName();
                    if (!(pointer == null ? JOB_FIELDS : POINTER_FIELDS).contains(field)) {
                        return refuse(FailureCode.FORBIDDEN_FIELD, describe(field, pointer == null));
                    }
                }
                case START_OBJECT -> {
                    if (pointer != null || !field.equals("pointer")) {
                        return refuse(FailureCode.FORBIDDEN_FIELD, "an object stands where a pointer has none");
                    }
                    pointer = new PointerFields();
                    job.put(field, pointer);
                }
                case END_OBJECT -> {
                    if (pointer == null) {
                        return parser.nextToken() == null
                                ? new Checked.Passed(job)
                                : refuse(FailureCode.UNDECODABLE, "something follows the JSON object");
                    }
                    pointer = null;
                }
                case START_ARRAY -> {
                    return refuse(FailureCode.FORBIDDEN_FIELD, "a list stands where a pointer has none");
                }
                case VALUE_STRING -> {
                    if (parser.getTextLength() > MAX_TEXT) {
                        return refuse(FailureCode.FORBIDDEN_FIELD, "a text is longer than " + MAX_TEXT + " characters");
                    }
                    fields.put(field, parser.getText());
                }
                case VALUE_NUMBER_INT ->
                    fields.put(
                            field,
                            parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                                    ? PointerFields.Other.NUMBER
                                    : (Object) parser.getLongValue());
                case VALUE_NUMBER_FLOAT -> fields.put(field, PointerFields.Other.NUMBER);
                case VALUE_TRUE, VALUE_FALSE -> fields.put(field, token == JsonToken.VALUE_TRUE);
                case VALUE_NULL -> fields.put(field, PointerFields.Other.NULL);
                case END_ARRAY, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> {
                    // JSON of bytes that are all there has none of these, without a list.
                }
            }
        }
    }

    /** Forbidden names of content are ours and may be said; any other unknown name is the stranger's and may be content itself. */
    private static String describe(String field, boolean ofTheJob) {
        String where = ofTheJob ? "the job" : "the pointer";
        String plain = field.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
        return CONTENT_FIELDS.contains(plain)
                ? where + " carries the content field " + plain
                : where + " carries a field that is not in the contract";
    }

    private static Checked refuse(FailureCode code, String detail) {
        return new Checked.Refused(new Rejection(code, detail));
    }
}
