package io.waybill.sandbox.graph;

import java.time.Duration;

/**
 * An error that is answered instead of what was asked for.
 *
 * @param code Graph's {@code error.code}
 * @param retryAfter null for none
 */
public record GraphAnswer(int status, String code, String message, Duration retryAfter) {
    /** 429, with or (null) without Retry-After. */
    public static GraphAnswer throttled(Duration retryAfter) {
        return new GraphAnswer(
                429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", retryAfter);
    }

    /** An error of the server's, 500 to 504. */
    public static GraphAnswer failure(int status) {
        return new GraphAnswer(
                status,
                status == 503 ? "ServiceUnavailable" : "InternalServerError",
                "The server failed to process the request.",
                null);
    }

    /** 404 as for a message that is gone, moved or not there yet. */
    public static GraphAnswer itemNotFound() {
        return new GraphAnswer(404, "ErrorItemNotFound", "The specified object was not found in the store.", null);
    }

    /** 410 as for a delta token the service does not know any more. */
    public static GraphAnswer syncStateNotFound() {
        return new GraphAnswer(410, "SyncStateNotFound", "The sync state generation is not found.", null);
    }
}
