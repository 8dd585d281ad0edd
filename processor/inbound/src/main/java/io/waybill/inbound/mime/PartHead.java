package io.waybill.inbound.mime;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;

/**
 * What the header of a part says of it.
 *
 * @param mediaType in lower case, without parameters
 * @param charset as declared
 * @param disposition {@code inline}, {@code attachment} or whatever is written there; empty where nothing is
 * @param contentId without brackets
 * @param fileName cleaned; empty where the part has none
 */
record PartHead(
        String mediaType,
        Optional<String> charset,
        String disposition,
        Optional<String> contentId,
        Optional<String> fileName) {
    /** What is read of a part's header; how it is encoded, the parser sees by itself. */
    static final Set<String> FIELDS = Set.of("content-type", "content-disposition", "content-id");

    private static final int MAX_CONTENT_ID = 998;
    private static final int MAX_MEDIA_TYPE = 127;

    /** Longer than any honest field with a file name; the rest of one is not looked at. */
    private static final int MAX_FIELD = 16 << 10;

    static PartHead of(HeaderFields fields, BodyDescriptor body) {
        RawBody disposition = parse(fields, "Content-Disposition");
        Optional<String> name = parameter(disposition, "filename")
                .or(() -> parameter(parse(fields, "Content-Type"), "name"))
                .map(EncodedWords::decode)
                .map(FileNames::clean)
                .filter(clean -> !clean.isEmpty());
        Optional<String> contentId = fields.first("Content-ID")
                .map(id -> EncodedWords.withoutControls(id).strip().replaceAll("^<|>$", ""))
                .filter(id -> !id.isEmpty() && id.length() <= MAX_CONTENT_ID);
        return new PartHead(
                mediaType(body.getMimeType()),
                Optional.ofNullable(body.getCharset()).filter(_ -> declaresCharset(fields)),
                disposition.getValue() == null
                        ? ""
                        : disposition.getValue().strip().toLowerCase(Locale.ROOT),
                contentId,
                name);
    }

    /** Whether the part is meant to be read as text of the mail rather than to be kept beside it. */
    boolean isText(String type, boolean wholeMail) {
        return mediaType.equals(type) && !disposition.equals("attachment") && (wholeMail || fileName.isEmpty());
    }

    boolean inline() {
        return disposition.equals("inline") || (contentId.isPresent() && !disposition.equals("attachment"));
    }

    /** The parser says us-ascii where nothing is declared. */
    private static boolean declaresCharset(HeaderFields fields) {
        return fields.first("Content-Type")
                .filter(value -> value.toLowerCase(Locale.ROOT).contains("charset"))
                .isPresent();
    }

    private static String mediaType(String type) {
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        return lower.length() <= MAX_MEDIA_TYPE && lower.matches("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
                ? lower
                : "application/octet-stream";
    }

    private static RawBody parse(HeaderFields fields, String name) {
        String value = fields.first(name).orElse("");
        String bounded = value.length() > MAX_FIELD ? value.substring(0, MAX_FIELD) : value;
        return RawFieldParser.DEFAULT.parseRawBody(new RawField(name, bounded));
    }

    private static Optional<String> parameter(RawBody body, String name) {
        return new Parameters(body.getParams()).get(name).filter(value -> !value.isBlank());
    }
}
