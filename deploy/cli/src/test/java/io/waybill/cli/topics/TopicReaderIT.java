package io.waybill.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Cluster;
import io.waybill.cli.Exit;
import io.waybill.cli.Problem;
import io.waybill.contracts.Topics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TopicReaderIT {
    @Test
    void table_endNotReached_isNoTable() throws Exception {
        Cluster cluster = Cluster.start();
        cluster.put(Cluster.entry(Topics.MAILBOXES, "topic-reader/support", null));

        Problem problem = assertThrows(
                Problem.class, () -> new TopicReader(cluster.kafka(), Duration.ZERO).table(Topics.MAILBOXES));

        assertEquals(Exit.INCOMPLETE, problem.exitCode());
        assertEquals(Topics.MAILBOXES.name(), problem.where());
        assertTrue(problem.getMessage().contains("could not be read to its end"), problem.getMessage());
    }
}
