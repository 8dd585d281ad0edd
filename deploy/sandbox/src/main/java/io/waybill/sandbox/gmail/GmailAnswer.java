package io.waybill.sandbox.gmail;

import java.time.Duration;

/**
 * An error that is answered instead of what was asked for.
 *
 * @param reason Google's {@code error.errors[0].reason}: what a client decides by
 * @param domain Google's {@code error.errors[0].domain}: {@code global} or {@code usageLimits}
 * @param retryAfter null for none
 */
public record GmailAnswer(int status, String reason, String domain, String message, Duration retryAfter) {
    private static final String GLOBAL = "global";
    private static final String USAGE_LIMITS = "usageLimits";

    /** 400 as for a parameter that is missing or garbled. */
    public static GmailAnswer invalid(String message) {
        return new GmailAnswer(400, "invalidArgument", GLOBAL, message, null);
    }

    /** 400 as for a user without Gmail. */
    public static GmailAnswer mailServiceNotEnabled() {
        return new GmailAnswer(400, "failedPrecondition", GLOBAL, "Mail service not enabled", null);
    }

    /** 401 as for a token that is worth nothing. */
    public static GmailAnswer authError() {
        return new GmailAnswer(
                401,
                "authError",
                GLOBAL,
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other"
                        + " valid authentication credential.",
                null);
    }

    /** 403 for good, for that reason: {@code domainPolicy}, {@code insufficientPermissions} or {@code forbidden}. */
    public static GmailAnswer forbidden(String reason, String message) {
        return new GmailAnswer(403, reason, GLOBAL, message, null);
    }

    /** An answer to who asks too much, with or (null) without Retry-After. */
    public static GmailAnswer throttled(Throttle kind, Duration retryAfter) {
        return new GmailAnswer(kind.status(), kind.reason(), kind.domain(), kind.message(), retryAfter);
    }

    /** 404 as for a message that is gone, or a history that goes too far back. */
    public static GmailAnswer notFound() {
        return new GmailAnswer(404, "notFound", GLOBAL, "Requested entity was not found.", null);
    }

    /** An error of the server's, 500 to 504. */
    public static GmailAnswer failure(int status) {
        return new GmailAnswer(
                status, "backendError", GLOBAL, status == 503 ? "Backend unavailable" : "Backend Error", null);
    }

    /** How somebody asks too much. */
    public enum Throttle {
        /** More than a project's units. */
        RATE_LIMIT_EXCEEDED(
                403,
                "rateLimitExceeded",
                USAGE_LIMITS,
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service"
                        + " 'gmail.googleapis.com' for consumer 'project_number:1'."),
        /** More than a user's units, as Google's gateway says it: for the reason, it could be the project's. */
        USER_QUERIES_EXCEEDED(
                403,
                "rateLimitExceeded",
                USAGE_LIMITS,
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service"
                        + " 'gmail.googleapis.com' for consumer 'project_number:1'."),
        /** More than a user's units, as the documentation says it. */
        USER_RATE_LIMIT_EXCEEDED(403, "userRateLimitExceeded", USAGE_LIMITS, "User Rate Limit Exceeded"),
        /** More than a day's units. */
        DAILY_LIMIT_EXCEEDED(403, "dailyLimitExceeded", USAGE_LIMITS, "Daily Limit Exceeded"),
        /** More than somebody's units, whoever's. */
        TOO_MANY_REQUESTS(429, "rateLimitExceeded", GLOBAL, "Resource has been exhausted (e.g. check quota)."),
        /** More at once than a user may have. */
        TOO_MANY_CONCURRENT_REQUESTS(429, "rateLimitExceeded", GLOBAL, "Too many concurrent requests for user.");

        private final int status;
        private final String reason;
        private final String domain;
        private final String message;

        Throttle(int status, String reason, String domain, String message) {
            this.status = status;
            this.reason = reason;
            this.domain = domain;
            this.message = message;
        }

        int status() {
            return status;
        }

        String reason() {
            return reason;
        }

        private String domain() {
            return domain;
        }

        private String message() {
            return message;
        }
    }
}
