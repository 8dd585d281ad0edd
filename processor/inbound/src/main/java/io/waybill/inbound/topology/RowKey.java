package io.waybill.inbound.topology;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.PointerJob;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import org.apache.kafka.common.utils.Bytes;

/**
 * The key of a row in the stores: 32 raw bytes. For a message the job id; for a listing a hash of mailbox and folder, so that there is
 * never more than one row for it.
 */
record RowKey(Bytes bytes) {
    static final int LENGTH = 32;

    static RowKey of(PointerJob job) {
        return switch (job.pointer()) {
            case MessagePointer _ -> new RowKey(Bytes.wrap(job.jobId().bytes()));
            case ChangesPointer changes -> listing(job, changes.folder());
        };
    }

    private static RowKey listing(PointerJob job, String folder) {
        try {
            String text = "listing\n" + job.mailbox() + "\n" + Objects.requireNonNullElse(folder, "");
            return new RowKey(
                    Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
