package io.waybill.inbound.topology;

import io.waybill.contracts.JobHeaders;
import io.waybill.contracts.PointerJobCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Bytes to jobs. What is none goes on as refused: one bad record must not stop a partition. */
final class DecodeStage extends ContextualProcessor<byte[], byte[], byte[], Step> {
    private static final RecordMetadata NOWHERE = new RecordMetadata() {
        @Override
        public String topic() {
            return "";
        }

        @Override
        public int partition() {
            return -1;
        }

        @Override
        public long offset() {
            return -1;
        }
    };

    @Override
    public void process(Record<byte[], byte[]> record) {
        Origin origin = origin(record, context().recordMetadata().orElse(NOWHERE));
        Step step = switch (PointerJobCodec.decode(record.key(), record.value())) {
            case PointerJobCodec.Decoded.Job decoded ->
                new Step.Arrived(decoded.job(), record.value(), origin, record.headers());
            case PointerJobCodec.Decoded.Rejected rejected ->
                new Step.Refused(rejected.rejection(), origin, record.key(), record.value());
        };
        context().forward(record.withValue(step));
    }

    private static Origin origin(Record<byte[], byte[]> record, RecordMetadata metadata) {
        List<Origin.KeptHeader> kept = new ArrayList<>();
        int bytes = 0;
        int dropped = 0;
        for (Header header : record.headers()) {
            if (JobHeaders.isOwn(header.key()) && !header.key().startsWith(JobHeaders.REDRIVE_PREFIX)) {
                continue;
            }
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
            if (bytes > JobHeaders.MAX_USER_BYTES || kept.size() == JobHeaders.MAX_USER_HEADERS) {
                dropped++;
            } else {
                kept.add(new Origin.KeptHeader(header.key(), header.value()));
            }
        }
        return new Origin(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                kept,
                Math.min(dropped, Short.MAX_VALUE));
    }
}
