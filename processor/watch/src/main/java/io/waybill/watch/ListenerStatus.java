package io.waybill.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.waybill.contracts.FailureCode;
import java.time.Instant;

/**
 * A listener as operators see it.
 *
 * @param lastPushAt when the ingress last accepted something of it; null: not yet
 * @param lastError why its connection was last lost or refused; null: it works
 * @param lastDetail the same in words of ours; null: it works
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"tenant", "mailbox", "folder", "state", "since", "lastPushAt", "lastError", "lastDetail"})
record ListenerStatus(
        String tenant,
        String mailbox,
        String folder,
        ListenerState state,
        Instant since,
        Instant lastPushAt,
        FailureCode lastError,
        String lastDetail) {}
