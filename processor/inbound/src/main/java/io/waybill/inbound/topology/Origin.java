package io.waybill.inbound.topology;

import java.time.Instant;
import java.util.List;

/**
 * Where a record came from.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param timestamp when the broker took it
 * @param headers its producer's headers, in order, at most {@link io.waybill.contracts.JobHeaders#MAX_USER_BYTES}; names that the
 *     pipeline writes itself are left out, but for those of a re-drive
 * @param headersDropped how many were left out for their size
 */
record Origin(
        String topic, int partition, long offset, Instant timestamp, List<KeptHeader> headers, int headersDropped) {
    /** One header. */
    record KeptHeader(String name, byte[] value) {}
}
