package io.waybill.sources.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Json;
import io.waybill.sources.RetryAfter;
import io.waybill.sources.graph.GraphException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** What each answer of Graph means for a job (Microsoft: "Microsoft Graph error responses", and what Exchange adds to it). */
final class GraphAnswers {
    /** A page of 500 ids with their times has some 150 KB. */
    static final int MAX_JSON = 2 << 20;

    /** An error says its code within the first of them. */
    private static final int MAX_ERROR = 16 << 10;

    private static final ObjectMapper MAPPER = Json.mapper(8, MAX_JSON);

    /** 404s that speak of the mailbox, not of a message in it. */
    private static final Set<String> NO_MAILBOX = Set.of(
            "ErrorInvalidUser",
            "ErrorNonExistentMailbox",
            "MailboxNotEnabledForRESTAPI",
            "MailboxNotSupportedForRESTAPI",
            "Request_ResourceNotFound",
            "ResourceNotFound");

    private GraphAnswers() {}

    /** The object that a success has. */
    static JsonNode json(InputStream body) throws GraphException {
        try (body) {
            byte[] bytes = body.readNBytes(MAX_JSON + 1);
            JsonNode json = bytes.length > MAX_JSON ? null : MAPPER.readTree(bytes);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException unreadable) {
            throw new GraphException(
                    FailureCode.SOURCE_UNREACHABLE,
                    "Graph's answer could not be read (" + unreadable.getClass().getSimpleName() + ")");
        }
        throw new GraphException(FailureCode.SOURCE_ERROR, "Graph answered something else than a JSON object");
    }

    /** What any status but those of success means. */
    static GraphException error(HttpResponse<InputStream> response, Clock clock) {
        int status = response.statusCode();
        String code = code(response.body());
        String said = status + (code.isEmpty() ? "" : " " + code);
        return switch (status) {
            case 401 ->
                new GraphException(
                        Kind.TOKEN_REFUSED,
                        FailureCode.CREDENTIALS_REFUSED,
                        "Graph does not take the token (" + said + ")",
                        Optional.empty());
            case 403 ->
                new GraphException(
                        FailureCode.CREDENTIALS_REFUSED,
                        "the app may not read this mailbox (" + said + "): consent, or an access policy");
            case 404 ->
                NO_MAILBOX.contains(code)
                        ? new GraphException(
                                Kind.NO_SUCH_RESOURCE,
                                FailureCode.MAILBOX_GONE,
                                "Graph knows no such mailbox (" + said + ")",
                                Optional.empty())
                        : new GraphException(
                                Kind.NO_SUCH_MESSAGE,
                                FailureCode.SOURCE_ERROR,
                                "Graph finds nothing under this id (" + said + ")",
                                Optional.empty());
            case 409 ->
                new GraphException(
                        Kind.CONFLICT,
                        FailureCode.SOURCE_ERROR,
                        "Graph has it already (" + said + ")",
                        Optional.empty());
            case 410 ->
                new GraphException(
                        Kind.CURSOR_EXPIRED,
                        FailureCode.SOURCE_ERROR,
                        "Graph does not know the cursor any more (" + said + ")",
                        Optional.empty());
            case 429 ->
                new GraphException(
                        Kind.FAILED,
                        FailureCode.SOURCE_THROTTLED,
                        "Graph asks us to come back later (" + said + ")",
                        RetryAfter.of(response, clock));
            default ->
                status >= 500
                        ? new GraphException(
                                Kind.FAILED,
                                FailureCode.SOURCE_UNREACHABLE,
                                "Graph is out of order (" + said + ")",
                                RetryAfter.of(response, clock))
                        : new GraphException(FailureCode.SOURCE_ERROR, "Graph refuses the call (" + said + ")");
        };
    }

    /** Its code, if it has the form of one: a message may quote what was sent. */
    private static String code(InputStream body) {
        try (body) {
            String code = MAPPER.readTree(body.readNBytes(MAX_ERROR))
                    .at("/error/code")
                    .asText();
            return code.matches("[A-Za-z_.]{1,64}") ? code : "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
