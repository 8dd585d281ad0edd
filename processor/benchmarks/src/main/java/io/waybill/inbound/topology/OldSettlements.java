package io.waybill.inbound.topology;

import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.PointerJob;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** What the pipeline would have written of jobs that it handled in the days before: an empty table hides what the look-ups cost. */
public final class OldSettlements {
    /** The changelog from which the pipeline restores its settled jobs. */
    public static String changelog(String applicationId) {
        return applicationId + "-" + Stores.SETTLED + "-changelog";
    }

    /** How the pipeline would create that topic. */
    public static Map<String, String> changelogConfig() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime");
    }

    /** The row's key. */
    public static byte[] key(PointerJob job) {
        return RowKey.of(job).bytes().get();
    }

    /** The row of a job that was handled then. */
    public static byte[] handled(Instant at) {
        return new Settlement(at, Result.HANDLED, 0, 0, Map.of()).encode();
    }

    private OldSettlements() {}
}
