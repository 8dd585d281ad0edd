package io.waybill.cli.jobs;

import io.waybill.cli.topics.TopicReader;
import io.waybill.contracts.JobId;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;

/**
 * The outcomes of a job, found by reading the one partition of {@code mail.outcomes} that its key belongs to.
 *
 * @param outcomes by generation
 * @param whole false where time ran out before the end
 */
record OutcomeSearch(List<JobOutcome> outcomes, boolean whole) {
    /** A partition of 30 days at a million mails a day is read within it. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    static OutcomeSearch of(JobId job, Map<String, Object> kafka) {
        byte[] key = job.value().getBytes(StandardCharsets.UTF_8);
        List<JobOutcome> found = new ArrayList<>();
        boolean whole = new TopicReader(kafka)
                .read(
                        Topics.OUTCOMES,
                        partitions -> Utils.toPositive(Utils.murmur2(key)) % partitions,
                        LIMIT,
                        record -> {
                            if (Arrays.equals(record.key(), key) && record.value() != null) {
                                parse(record.value(), found);
                            }
                        });
        found.sort(Comparator.comparingInt(JobOutcome::generation));
        return new OutcomeSearch(List.copyOf(found), whole);
    }

    private static void parse(byte[] value, List<JobOutcome> found) {
        try {
            found.add(JobOutcome.parse(value));
        } catch (IOException | IllegalArgumentException ofAnotherVersion) {
            // There is nothing that could be shown of it.
        }
    }
}
