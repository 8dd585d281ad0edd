package io.waybill.cli.supervise;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.cli.Problem;
import java.util.Optional;

/**
 * The one line of JSON that some programs write to standard output once they serve: where they listen, or {@code error} and {@code
 * wayOut}. What they log goes to standard error.
 */
public final class Answer implements Readiness {
    private static final ObjectMapper JSON = new ObjectMapper();

    private volatile JsonNode line;

    /** Takes the line. What is not JSON is no answer. */
    void take(String text) {
        try {
            line = JSON.readTree(text);
        } catch (JsonProcessingException chatter) {
            // Not the line that is waited for.
        }
    }

    /** The program starts anew, and will answer anew. */
    void forget() {
        line = null;
    }

    @Override
    public boolean isReady() {
        JsonNode said = line;
        return said != null && !said.has("error");
    }

    /** A field of the answer. Call it when ready. */
    public String text(String field) {
        return line.path(field).asText();
    }

    /** The failure that it told, if it did. */
    Optional<Problem> failure(String where) {
        JsonNode said = line;
        return said == null || !said.has("error")
                ? Optional.empty()
                : Optional.of(Problem.usage(
                        said.path("error").asText(), where, said.path("wayOut").asText()));
    }
}
