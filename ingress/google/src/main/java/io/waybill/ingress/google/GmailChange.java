package io.waybill.ingress.google;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.Json;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * "This mailbox changed, up to here": all that Gmail publishes, and no message's id.
 *
 * @param address the user's, in lower case; for looking up, and never whom anybody acts for
 * @param historyId an unsigned 64 bit number in its decimal form, without leading zeros
 * @see <a href="https://developers.google.com/workspace/gmail/api/guides/push#receive_notifications">Receive notifications</a>
 */
record GmailChange(String address, String historyId) {
    /** An address has up to 320 characters, and a historyId up to 20. */
    private static final ObjectMapper MAPPER = Json.mapper(4, 1024);

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,32}");

    /** The documentation shows a historyId as a string; what comes is a number. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Published(
            @Nullable String emailAddress, @Nullable JsonNode historyId) {}

    /**
     * Reads a message's data.
     *
     * @param data base64 in either alphabet, padded or not
     * @return empty where it is anything else
     */
    static Optional<GmailChange> decode(String data) {
        return bytes(data).flatMap(Json::text).flatMap(GmailChange::published).flatMap(GmailChange::of);
    }

    private static Optional<byte[]> bytes(String data) {
        try {
            // The decoder does not ask for the padding.
            return Optional.of(Base64.getDecoder().decode(data.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    private static Optional<Published> published(String text) {
        try {
            return Optional.ofNullable(MAPPER.readValue(text, Published.class));
        } catch (JsonProcessingException noJson) {
            return Optional.empty();
        }
    }

    private static Optional<GmailChange> of(Published published) {
        if (published.emailAddress() == null || published.historyId() == null) {
            return Optional.empty();
        }
        return unsigned(published.historyId())
                .map(historyId -> new GmailChange(published.emailAddress().toLowerCase(Locale.ROOT), historyId));
    }

    private static Optional<String> unsigned(JsonNode historyId) {
        String text = historyId.isIntegralNumber() || historyId.isTextual() ? historyId.asText() : "";
        if (!DIGITS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.toUnsignedString(Long.parseUnsignedLong(text)));
        } catch (NumberFormatException moreThan64Bits) {
            return Optional.empty();
        }
    }
}
