package io.waybill.ingress.endpoint;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MediaType;

/** What must be said of a body before anybody looks at it. */
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
}
