package io.waybill.ingress.google;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.core.annotation.Nullable;
import io.waybill.contracts.Json;
import java.util.Optional;

/**
 * What Pub/Sub posts, as far as it is used: one message, in the wrapped form. Its id and times are Pub/Sub's own and say nothing of a
 * mail.
 *
 * @param subscription what pushes it; null where it is missing
 * @see <a href="https://cloud.google.com/pubsub/docs/push#receive_push">Receive push messages</a>
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Push(@Nullable String subscription, @Nullable Message message) {
    /** What the server lets in. */
    static final int MAX_BYTES = 1024 * 1024;

    /** A push has two levels, and three with its attributes. */
    private static final ObjectMapper MAPPER = Json.mapper(8, MAX_BYTES);

    /** @param data base64; null where the message has attributes alone */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Message(@Nullable String data) {}

    /** Empty where the body is no push. */
    static Optional<Push> parse(byte[] body) {
        return Json.text(body).flatMap(text -> {
            try {
                return Optional.ofNullable(MAPPER.readValue(text, Push.class));
            } catch (JsonProcessingException noPush) {
                return Optional.empty();
            }
        });
    }

    /** What Gmail published; empty where it was not Gmail, or there is nothing. */
    Optional<GmailChange> change() {
        return Optional.ofNullable(message).map(Message::data).flatMap(GmailChange::decode);
    }
}
