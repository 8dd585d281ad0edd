package io.waybill.ingress.endpoint;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MediaType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What must hold of a body before anybody parses it. */
public final class JsonBody {
    private JsonBody() {}

    /** Whether the headers say JSON, no dialect of it, and as it is. */
    public static boolean isAnnounced(HttpHeaders headers) {
        String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
        return contentType != null
                && contentType.split(";", 2)[0].strip().equalsIgnoreCase(MediaType.APPLICATION_JSON)
                && !isEncoded(headers);
    }

    /** Whether the body is compressed, or encoded otherwise. Nobody decodes it here: what it grows to is bounded by nothing. */
    public static boolean isEncoded(HttpHeaders headers) {
        return headers.getAll(HttpHeaders.CONTENT_ENCODING).stream()
                .anyMatch(coding -> !coding.strip().equalsIgnoreCase("identity"));
    }

    /** The body as text; empty where it is not UTF-8, for parsers mend what is broken, each in its own way. */
    public static Optional<String> text(byte[] body) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString());
        } catch (CharacterCodingException broken) {
            return Optional.empty();
        }
    }
}
