package io.waybill.sources.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.FailureCode;
import io.waybill.sources.RetryAfter;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.http.JsonAnswers;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * What each answer of Gmail means for a job (Google: "Resolve errors"). The reason decides, not the status: 403 may mean that we are too
 * fast, or that we shall never be let in.
 */
final class GmailAnswers {
    /** A page of 500 records of history with a message each has some 100 KB; a record may have many. */
    static final int MAX_JSON = 4 << 20;

    private static final JsonAnswers JSON = new JsonAnswers("Gmail", MAX_JSON);

    /** Gmail leaves mailboxes that were read too much alone for hours, and says so. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(24);

    /** Where the days of a project's quota begin. */
    private static final ZoneId PACIFIC = ZoneId.of("America/Los_Angeles");

    private GmailAnswers() {}

    /** The object that a success has. */
    static JsonNode json(InputStream body) throws ApiException {
        return JSON.object(body);
    }

    /** The history id of an answer; numbers and texts are both seen. */
    static Optional<HistoryId> historyId(JsonNode answer) {
        return HistoryId.parse(answer.path("historyId").asText());
    }

    /** What any status but those of success means. */
    static ApiException error(HttpResponse<InputStream> response, Clock clock) {
        int status = response.statusCode();
        String reason = JsonAnswers.word(response.body(), "/error/errors/0/reason");
        String said = status + (reason.isEmpty() ? "" : " " + reason);
        Optional<Duration> retryAfter = RetryAfter.of(response, clock, LONGEST_PAUSE);
        if (status >= 500) {
            return new ApiException(
                    Kind.FAILED, FailureCode.SOURCE_UNREACHABLE, "Gmail is out of order (" + said + ")", retryAfter);
        }
        if (status == 401) {
            return new ApiException(
                    Kind.TOKEN_REFUSED,
                    FailureCode.CREDENTIALS_REFUSED,
                    "Gmail does not take the token (" + said + ")");
        }
        return switch (reason) {
            // Time heals it and nothing else, so the mailbox is not parked: a probe every few minutes would find out
            // nothing. The day
            // must end first, for retries before it would use up all the attempts.
            case "dailyLimitExceeded" ->
                ApiException.throttled(
                        "the project's calls to Gmail are used up for today (" + said + ")",
                        retryAfter.or(() -> Optional.of(untilTomorrow(clock))));
            case "rateLimitExceeded", "userRateLimitExceeded" -> tooFast(said, retryAfter);
            case "domainPolicy", "insufficientPermissions", "forbidden", "accessNotConfigured" ->
                new ApiException(
                        Kind.REFUSED,
                        FailureCode.CREDENTIALS_REFUSED,
                        "the service account may not read this mailbox (" + said
                                + "): delegation, the domain's policy, or an API that is not enabled");
            case "failedPrecondition" ->
                new ApiException(
                        Kind.NO_SUCH_RESOURCE,
                        FailureCode.MAILBOX_GONE,
                        "the user has no Gmail mailbox (" + said + ")");
            case "notFound" ->
                new ApiException(
                        Kind.NOT_FOUND, FailureCode.SOURCE_ERROR, "Gmail finds nothing under this id (" + said + ")");
            default ->
                status == 429
                        ? tooFast(said, retryAfter)
                        : new ApiException(
                                Kind.REFUSED, FailureCode.SOURCE_ERROR, "Gmail refuses the call (" + said + ")");
        };
    }

    private static ApiException tooFast(String said, Optional<Duration> retryAfter) {
        return ApiException.throttled("Gmail asks us to come back later (" + said + ")", retryAfter);
    }

    private static Duration untilTomorrow(Clock clock) {
        ZonedDateTime now = clock.instant().atZone(PACIFIC);
        return Duration.between(now, now.toLocalDate().plusDays(1).atStartOfDay(PACIFIC));
    }
}
