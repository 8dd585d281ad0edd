package io.waybill.cli.mailboxes;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.RunFile;
import io.waybill.cli.jobs.InternalEndpoint;
import io.waybill.contracts.MailboxKey;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What listens for the mail of each mailbox, as the watch of this machine's {@code up} says.
 *
 * @param states by tenant/mailbox, in words
 * @param trouble why nothing is known
 */
record Listeners(Map<String, String> states, Optional<String> trouble) {
    static Listeners ask(ConnectionOptions connection) {
        Optional<String> url = connection.runFile().map(RunFile::watchUrl);
        if (url.isEmpty()) {
            return new Listeners(Map.of(), Optional.of("no watch was started from " + connection.data() + "."));
        }
        try {
            return InternalEndpoint.get(URI.create(url.get()), "/internal/listeners", connection.token())
                    .map(Listeners::parse)
                    .orElseGet(() -> new Listeners(Map.of(), Optional.of("this watch does not tell.")));
        } catch (Problem unreachable) {
            return new Listeners(Map.of(), Optional.of(unreachable.getMessage() + ", at " + unreachable.where() + "."));
        }
    }

    Optional<String> of(MailboxKey mailbox) {
        return Optional.ofNullable(states.get(mailbox.toString()));
    }

    /** A list of {tenant, mailbox, folder, state, lastError?}: the folders of one mailbox on one line. */
    static Listeners parse(JsonNode json) {
        Map<String, String> states = new TreeMap<>();
        for (JsonNode listener : json) {
            String state = listener.path("state").asText("?");
            if (state.equals("retrying") && listener.hasNonNull("lastError")) {
                state += " after " + listener.get("lastError").asText();
            }
            String folder = listener.path("folder").asText();
            states.merge(
                    listener.path("tenant").asText() + "/"
                            + listener.path("mailbox").asText(),
                    Output.printable(folder.equals("INBOX") ? state : folder + " " + state),
                    (first, next) -> first + ", " + next);
        }
        return new Listeners(states, Optional.empty());
    }
}
