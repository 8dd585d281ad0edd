package io.waybill.sources.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Json;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the JSON that a provider answers.
 *
 * @param provider its name, for messages
 * @param maxBytes what is longer is no answer
 */
public record JsonAnswers(String provider, int maxBytes) {
    private static final int MAX_NESTING = 16;

    /** An error says its code within the first of them. */
    private static final int MAX_ERROR = 16 << 10;

    /** The one bound that each answer has of its own acts before anything is parsed; this one is for all. */
    private static final ObjectMapper MAPPER = Json.mapper(MAX_NESTING, 16 << 20);

    /** The object that a success has. */
    public JsonNode object(InputStream body) throws ApiException {
        try (body) {
            byte[] bytes = body.readNBytes(maxBytes + 1);
            JsonNode json = bytes.length > maxBytes ? null : MAPPER.readTree(bytes);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (IOException unreadable) {
            throw unreadable(provider, unreadable);
        }
        throw new ApiException(FailureCode.SOURCE_ERROR, provider + " answered something else than a JSON object");
    }

    /** It broke off, as a rule. */
    public static ApiException unreadable(String provider, IOException unreadable) {
        return new ApiException(
                FailureCode.SOURCE_UNREACHABLE,
                provider + "'s answer could not be read ("
                        + unreadable.getClass().getSimpleName() + ")");
    }

    /**
     * The word by which an error says what it is, if it has the form of one: what else it says may quote what was sent.
     *
     * @param pointer where it stands (RFC 6901)
     */
    public static String word(InputStream body, String pointer) {
        try (body) {
            String word =
                    MAPPER.readTree(body.readNBytes(MAX_ERROR)).at(pointer).asText();
            return word.matches("[A-Za-z_.]{1,64}") ? word : "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
