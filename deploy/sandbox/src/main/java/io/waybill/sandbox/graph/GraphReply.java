package io.waybill.sandbox.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a call that is not refused is answered with. */
sealed interface GraphReply {
    record Json(int status, ObjectNode body) implements GraphReply {}

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    record Mime(byte[] content) implements GraphReply {}

    record Empty(int status) implements GraphReply {}
}
