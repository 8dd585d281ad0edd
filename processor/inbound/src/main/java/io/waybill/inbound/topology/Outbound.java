package io.waybill.inbound.topology;

import io.waybill.contracts.Topic;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * A record ready to be written: its value is bytes already, so that no serializer can fail while another record is being processed.
 *
 * @param topic where to
 * @param value what; null is a tombstone
 */
public record Outbound(Topic topic, byte[] value) {
    static final Serde<Outbound> SERDE = Serdes.serdeFrom((_, record) -> record.value(), (_, _) -> {
        throw new IllegalStateException("outbound records are not read");
    });
}
