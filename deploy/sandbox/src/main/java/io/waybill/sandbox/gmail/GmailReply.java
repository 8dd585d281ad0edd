package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** What a call that is not refused is answered with. */
sealed interface GmailReply {
    record Json(ObjectNode body) implements GmailReply {}

    /** A body that may be kept so long. */
    record Cacheable(ObjectNode body, Duration maxAge) implements GmailReply {}

    record Empty() implements GmailReply {}
}
