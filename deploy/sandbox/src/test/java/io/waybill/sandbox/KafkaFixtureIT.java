package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class KafkaFixtureIT {
    @Test
    void shared_calledTwiceAndClosed_isOneRunningBroker() throws Exception {
        KafkaFixture.shared().close();

        assertSame(KafkaFixture.shared(), KafkaFixture.shared());
        assertNotNull(topics(KafkaFixture.shared().bootstrapServers()));
    }

    @Test
    void startPrivate_besideTheSharedOne_isAnother() throws Exception {
        try (KafkaFixture own = KafkaFixture.startPrivate()) {
            assertNotEquals(KafkaFixture.shared().bootstrapServers(), own.bootstrapServers());
            assertEquals(Set.of(), topics(own.bootstrapServers()));
        }
    }

    @Test
    void broker_ofEitherKind_hasTheSettingsThePromisesNeed() throws Exception {
        Map<String, Object> client =
                Map.of("bootstrap.servers", KafkaFixture.shared().bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            String node =
                    admin.describeCluster().nodes().get().iterator().next().idString();
            ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, node);
            var settings = admin.describeConfigs(List.of(broker)).all().get().get(broker);

            BrokerSettings.BEHAVIOUR.forEach((name, value) -> {
                var entry = settings.get(name);
                if (entry != null) {
                    assertEquals(value, entry.value(), name);
                }
            });
            var missing = assertThrows(
                    ExecutionException.class,
                    () -> admin.describeTopics(List.of("misspelt"))
                            .allTopicNames()
                            .get(20, TimeUnit.SECONDS));
            assertEquals(
                    UnknownTopicOrPartitionException.class, missing.getCause().getClass());
        }
    }

    private static Set<String> topics(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.listTopics().names().get(20, TimeUnit.SECONDS);
        }
    }
}
