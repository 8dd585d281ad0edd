package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.FailureCode;
import io.waybill.sources.RetryAfter;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.ApiException.Kind;
import io.waybill.sources.http.JsonAnswers;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;

/** What each answer of Graph means for a job (Microsoft: "Microsoft Graph error responses", and what Exchange adds to it). */
final class GraphAnswers {
    /** A page of 500 ids with their times has some 150 KB. */
    static final int MAX_JSON = 2 << 20;

    private static final JsonAnswers JSON = new JsonAnswers("Graph", MAX_JSON);

    /** 404s that speak of the mailbox, not of a message in it. */
    private static final Set<String> NO_MAILBOX = Set.of(
            "ErrorInvalidUser",
            "ErrorNonExistentMailbox",
            "MailboxNotEnabledForRESTAPI",
            "MailboxNotSupportedForRESTAPI",
            "Request_ResourceNotFound",
            "ResourceNotFound");

    /** What they say of a link that a listing went on with; mostly with 410, but not always, and in either case of letters. */
    private static final Set<String> EXPIRED =
            Set.of("syncstatenotfound", "syncstateinvalid", "resyncrequired", "errorinvalidsyncstatedata");

    /** The one 404 that says of a message that it is not there. */
    private static final String NO_MESSAGE = "ErrorItemNotFound";

    private GraphAnswers() {}

    /** The object that a success has. */
    static JsonNode json(InputStream body) throws ApiException {
        return JSON.object(body);
    }

    /** What any status but those of success means. */
    static ApiException error(HttpResponse<InputStream> response, Clock clock) {
        int status = response.statusCode();
        String code = JsonAnswers.word(response.body(), "/error/code");
        String said = status + (code.isEmpty() ? "" : " " + code);
        if (status / 100 == 4 && EXPIRED.contains(code.toLowerCase(Locale.ROOT))) {
            return expired(said);
        }
        return switch (status) {
            case 401 ->
                new ApiException(
                        Kind.TOKEN_REFUSED,
                        FailureCode.CREDENTIALS_REFUSED,
                        "Graph does not take the token (" + said + ")");
            case 403 ->
                new ApiException(
                        FailureCode.CREDENTIALS_REFUSED,
                        "the app may not read this mailbox (" + said + "): consent, or an access policy");
            case 404 -> missing(code, said);
            case 409 ->
                new ApiException(Kind.CONFLICT, FailureCode.SOURCE_ERROR, "Graph has it already (" + said + ")");
            case 410 -> expired(said);
            case 429 ->
                ApiException.throttled(
                        "Graph asks us to come back later (" + said + ")", RetryAfter.of(response, clock));
            default ->
                status >= 500
                        ? new ApiException(
                                Kind.FAILED,
                                FailureCode.SOURCE_UNREACHABLE,
                                "Graph is out of order (" + said + ")",
                                RetryAfter.of(response, clock))
                        : new ApiException(FailureCode.SOURCE_ERROR, "Graph refuses the call (" + said + ")");
        };
    }

    private static ApiException expired(String said) {
        return new ApiException(
                Kind.CURSOR_EXPIRED,
                FailureCode.SOURCE_ERROR,
                "Graph does not know the cursor any more (" + said + ")");
    }

    /** A front end answers 404 too when it is out of order, with another word or a page of its own: no mail is given up for that. */
    private static ApiException missing(String code, String said) {
        if (NO_MAILBOX.contains(code)) {
            return new ApiException(
                    Kind.NO_SUCH_RESOURCE, FailureCode.MAILBOX_GONE, "Graph knows no such mailbox (" + said + ")");
        }
        return code.equals(NO_MESSAGE)
                ? new ApiException(
                        Kind.NOT_FOUND, FailureCode.SOURCE_ERROR, "Graph finds nothing under this id (" + said + ")")
                : new ApiException(
                        Kind.MISSING,
                        FailureCode.SOURCE_ERROR,
                        "Graph finds something missing and does not say what (" + said + ")");
    }
}
