package io.waybill.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Cluster;
import io.waybill.cli.Exit;
import io.waybill.cli.Ran;
import io.waybill.contracts.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsVerbsIT {
    private static Cluster cluster;

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        cluster = Cluster.start();
    }

    @Test
    void create_whereOneIsMissing_makesThatOne() throws Exception {
        // The broker that is asked hears of new topics somewhat after the controller has made them.
        await().until(() -> run("topics", "check").out().equals("All 8 topics are as they should be.\n"));
        // No other test looks at this one.
        String name = Topics.SUBSCRIPTIONS.name();
        try (Admin admin = Admin.create(cluster.kafka())) {
            admin.deleteTopics(List.of(name)).all().get();
            await().until(() -> !admin.listTopics().names().get().contains(name));
        }

        Ran check = run("topics", "check");
        assertEquals(Exit.INCOMPLETE, check.code());
        assertTrue(check.out().startsWith("wrong  " + name + " does not exist\n"), check.out());

        Ran create = run("topics", "create", "--partitions", "4", "--replication", "1", "--json");
        assertEquals(Exit.DONE, create.code(), create.err());
        assertTrue(create.out().contains("{\"topic\":\"" + name + "\",\"created\":true}"), create.out());
        assertTrue(create.out().contains("{\"topic\":\"mail.pointers\",\"created\":false}"), create.out());
        assertEquals(
                "Nothing to do: all 8 topics exist.\n", run("topics", "create").out());
    }

    @Test
    void create_withNoSuchNumber_isWrongUsage() {
        assertEquals(Exit.USAGE, run("topics", "create", "--partitions", "0").code());
        assertEquals(Exit.USAGE, run("topics", "create", "--replication", "0").code());
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private Ran run(String... args) {
        return cluster.run(home).execute(args);
    }
}
