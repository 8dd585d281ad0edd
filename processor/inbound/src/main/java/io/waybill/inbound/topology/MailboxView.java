package io.waybill.inbound.topology;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What an operator sees of a mailbox. Times are RFC 3339 text; fields that do not apply are left out.
 *
 * @param lastNotificationAt when an ingress last wrote a record for it, by the broker's clock
 * @param lastListingAt when a listing of one of its folders last came to its end
 * @param foundByListing messages that listing found and nobody had announced, since its partition came to this instance
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MailboxView(
        String tenant, String mailbox, String lastNotificationAt, String lastListingAt, long foundByListing) {}
