package io.waybill.inbound.topology;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome.HandlerState;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * What an operator sees of a job. Times are RFC 3339 text; fields that do not apply are left out.
 *
 * @param state {@code queued}, {@code running}, {@code waiting}, {@code parked} or {@code settled}
 * @param dueAt of a waiting job
 * @param cause of a parked job
 * @param code of the last failure
 * @param result of a settled job
 * @param settledAt of a settled job
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobView(
        String jobId,
        String state,
        String tenant,
        String mailbox,
        int generation,
        Integer attempt,
        Integer attemptsTotal,
        String firstSeen,
        String dueAt,
        String cause,
        String code,
        String result,
        String settledAt,
        Map<String, HandlerState> handlers) {

    /** Looks into the stores of this instance's tasks; the streams must be running. */
    public static Optional<JobView> find(KafkaStreams streams, JobId id) {
        Bytes key = Bytes.wrap(id.bytes());
        return get(streams, Stores.JOBS, key)
                .or(() -> get(streams, Stores.WAITING, key))
                .map(RowCodec::decode)
                .map(JobView::of)
                .or(() -> get(streams, Stores.SETTLED, key)
                        .map(Settlement::decode)
                        .map(settled -> of(id, settled)));
    }

    private static Optional<byte[]> get(KafkaStreams streams, String store, Bytes key) {
        return Optional.ofNullable(streams.store(
                        StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<Bytes, byte[]>keyValueStore()))
                .get(key));
    }

    private static JobView of(Row row) {
        return switch (row.state()) {
            case Row.State.Queued _ -> of(row, "queued", null, null, null);
            case Row.State.Running _ -> of(row, "running", null, null, null);
            case Row.State.Waiting waiting -> of(row, "waiting", waiting.dueAt().toString(), null, waiting.code());
            case Row.State.Parked parked ->
                of(row, "parked", null, parked.cause().toString(), parked.code());
        };
    }

    private static JobView of(Row row, String state, String dueAt, String cause, String code) {
        return new JobView(
                row.job().jobId().value(),
                state,
                row.job().tenantId(),
                row.job().mailboxId(),
                row.progress().generation(),
                row.progress().attempt(),
                row.progress().attemptsTotal(),
                row.progress().firstSeen().toString(),
                dueAt,
                cause,
                code,
                null,
                null,
                row.progress().handlers());
    }

    private static JobView of(JobId id, Settlement settled) {
        return new JobView(
                id.value(),
                "settled",
                null,
                null,
                settled.generation(),
                null,
                null,
                null,
                null,
                null,
                null,
                settled.result().word(),
                settled.at().toString(),
                null);
    }
}
