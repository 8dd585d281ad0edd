package io.waybill.ingress.endpoint;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.waybill.contracts.Json;

/**
 * The body of every error answer (RFC 9457). Says what rule was broken, never what was sent and never what happened inside.
 *
 * @param type {@code urn:waybill:problem:…}, or {@code about:blank} where the status says it all
 * @param title short, the same for each problem of a type
 * @param status the HTTP status
 * @param detail one sentence for the caller
 */
@JsonPropertyOrder({"type", "title", "status", "detail"})
public record Problem(String type, String title, int status, String detail) {
    static final MediaType MEDIA_TYPE = MediaType.of("application/problem+json");

    private static final ObjectMapper MAPPER = Json.mapper(2, 1024);

    static Problem of(Refusal refusal, String detail) {
        return new Problem(
                "urn:waybill:problem:" + refusal.word(),
                refusal.status().getReason(),
                refusal.status().getCode(),
                detail);
    }

    /** What the server itself refuses: no such path, method or content length. */
    static Problem of(HttpStatus status) {
        return new Problem("about:blank", status.getReason(), status.getCode(), status.getReason());
    }

    /** The answer to a refused request. */
    public static MutableHttpResponse<byte[]> answer(Refusal refusal, String detail) {
        MutableHttpResponse<byte[]> response = of(refusal, detail).write(HttpResponse.status(refusal.status()));
        if (refusal.retryAfterSeconds() > 0) {
            response.header(HttpHeaders.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
        }
        return response;
    }

    /** Makes the problem the body of a response. */
    MutableHttpResponse<byte[]> write(MutableHttpResponse<?> response) {
        try {
            return response.body(MAPPER.writeValueAsBytes(this)).contentType(MEDIA_TYPE);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
