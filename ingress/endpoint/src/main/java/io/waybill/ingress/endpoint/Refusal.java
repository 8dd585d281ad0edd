package io.waybill.ingress.endpoint;

import io.micronaut.http.HttpStatus;

/**
 * Why a callback is not accepted. The words are part of the metrics and of the problem documents; which of them an application gives
 * is for its {@link IngressCounters} to say.
 */
public enum Refusal {
    /** As many requests as may wait for the brokers are waiting. */
    OVERLOADED(HttpStatus.SERVICE_UNAVAILABLE, "too many requests are waiting: repeat it later", 1),
    /** The mailboxes have not been read yet, or are being read again. */
    NOT_READY(HttpStatus.SERVICE_UNAVAILABLE, "not ready yet: repeat it later", 2),
    /** The brokers did not acknowledge every pointer in time. */
    NOT_ENQUEUED(HttpStatus.SERVICE_UNAVAILABLE, "not every pointer is known to be durable: repeat the request", 2),
    /** What proves callbacks cannot be had from the provider, and so nothing is known of this one. */
    KEYS_UNREACHABLE(HttpStatus.SERVICE_UNAVAILABLE, "the provider's keys are not there yet: repeat it later", 2),
    /** The installation has no usable install key, and so nothing is known of this one. */
    NO_INSTALL_KEY(HttpStatus.SERVICE_UNAVAILABLE, "nothing can be proved here now: repeat it later", 2),
    /** The content type is another, or the body is compressed. */
    NOT_JSON(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "the content type must be application/json, and there must be no content encoding",
            0),
    /** More than a notification can have. */
    TOO_LARGE(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "the body is larger than a notification can be", 0),
    /** Unknown k, missing secret, missing, old, future or wrong signature or token: the caller cannot tell which. */
    UNAUTHORIZED(HttpStatus.UNAUTHORIZED, "no valid signature for this address", 0),
    /** No notification. */
    MALFORMED(HttpStatus.BAD_REQUEST, "the body is not a notification", 0),
    /** The mailbox is not configured to be watched there. */
    FOREIGN_FOLDER(HttpStatus.BAD_REQUEST, "the folder is not configured for this mailbox", 0);

    private final HttpStatus status;
    private final String detail;
    private final int retryAfterSeconds;

    Refusal(HttpStatus status, String detail, int retryAfterSeconds) {
        this.status = status;
        this.detail = detail;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public HttpStatus status() {
        return status;
    }

    public String detail() {
        return detail;
    }

    /** When to repeat the request; 0 where repeating it is of no use. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The word in metrics and problem types. */
    public String word() {
        return CounterOfEach.word(this);
    }
}
