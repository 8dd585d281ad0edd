package io.waybill.cli.mailboxes;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Problem;
import io.waybill.cli.jobs.InternalEndpoint;
import io.waybill.contracts.MailboxKey;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came of each mailbox's announcements, as the processor says that can be asked: of its own mailboxes, and since its start.
 *
 * @param mailboxes by tenant/mailbox
 * @param trouble why nothing is known
 */
record Announcements(Map<String, Announced> mailboxes, Optional<String> trouble) {
    /**
     * Of one mailbox.
     *
     * @param lastNotificationAt when something was last announced; null: not yet
     * @param lastListingAt when it was last listed to the end; null: not yet
     * @param foundByListing mails that only a listing found
     */
    record Announced(Instant lastNotificationAt, Instant lastListingAt, long foundByListing) {}

    static Announcements ask(ConnectionOptions connection) {
        Optional<URI> processor = connection.knownProcessorUrl();
        if (processor.isEmpty()) {
            return new Announcements(Map.of(), Optional.of("no processor was started from " + connection.data() + "."));
        }
        try {
            return InternalEndpoint.get(processor.get(), "/internal/mailboxes", connection.token())
                    .map(Announcements::parse)
                    .orElseGet(() -> new Announcements(Map.of(), Optional.of("this processor does not tell.")));
        } catch (Problem unreachable) {
            return new Announcements(
                    Map.of(), Optional.of(unreachable.getMessage() + ", at " + unreachable.where() + "."));
        }
    }

    Optional<Announced> of(MailboxKey mailbox) {
        return Optional.ofNullable(mailboxes.get(mailbox.toString()));
    }

    /** A list of {tenant, mailbox, lastNotificationAt?, lastListingAt?, foundByListing}. */
    private static Announcements parse(JsonNode json) {
        Map<String, Announced> mailboxes = new TreeMap<>();
        for (JsonNode mailbox : json) {
            mailboxes.put(
                    mailbox.path("tenant").asText() + "/"
                            + mailbox.path("mailbox").asText(),
                    new Announced(
                            time(mailbox.path("lastNotificationAt")),
                            time(mailbox.path("lastListingAt")),
                            mailbox.path("foundByListing").asLong()));
        }
        return new Announcements(mailboxes, Optional.empty());
    }

    private static Instant time(JsonNode time) {
        try {
            return time.isTextual() ? Instant.parse(time.asText()) : null;
        } catch (DateTimeException unreadable) {
            return null;
        }
    }
}
