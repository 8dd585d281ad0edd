package io.waybill.ingress.endpoint;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.MediaType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What must hold of a body before anybody parses it. */
public final class JsonBody {
    private JsonBody() {}

    /** Whether the content type says JSON, and no dialect of it. */
    public static boolean isAnnounced(@Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(MediaType.APPLICATION_JSON);
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
