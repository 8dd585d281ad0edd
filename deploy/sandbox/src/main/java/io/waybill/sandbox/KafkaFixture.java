package io.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker for integration tests, empty at first. {@link #shared()} is one for the whole test JVM, so give topics, groups and
 * transactional ids names of your own; {@link #startPrivate()} is one for a test that counts what is there. A test that
 * needs an outage takes {@link EmbeddedBroker} itself.
 */
public final class KafkaFixture implements AutoCloseable {
    private static final DockerImageName IMAGE = DockerImageName.parse("apache/kafka:4.3.1");

    private final String bootstrapServers;
    private final Runnable stop;

    private KafkaFixture(String bootstrapServers, Runnable stop) {
        this.bootstrapServers = bootstrapServers;
        this.stop = stop;
    }

    /** The one of this JVM: started by the first call, stopped when the JVM ends; {@link #close()} leaves it running. */
    public static KafkaFixture shared() {
        return Shared.INSTANCE;
    }

    /** A new one, stopped by {@link #close()}. */
    public static KafkaFixture startPrivate() {
        return switch (Chosen.CHOICE.kind()) {
            case EMBEDDED -> embedded();
            case CONTAINER -> container();
        };
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        stop.run();
    }

    private static KafkaFixture embedded() {
        Path data = temporaryDirectory();
        EmbeddedBroker broker = EmbeddedBroker.start(data, 0);
        return new KafkaFixture(broker.bootstrapServers(), () -> {
            broker.close();
            try {
                DirectoryTree.delete(data);
            } catch (IOException left) {
                System.err.println("left behind: " + data);
            }
        });
    }

    private static KafkaFixture container() {
        KafkaContainer container = new KafkaContainer(IMAGE);
        BrokerSettings.BEHAVIOUR.forEach((name, value) ->
                container.withEnv("KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
        container.start();
        return new KafkaFixture(container.getBootstrapServers(), container::stop);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("waybill-kafka-");
        } catch (IOException full) {
            throw new SandboxException("no temporary directory for Kafka", "Make room, or set -Djava.io.tmpdir.", full);
        }
    }

    private static final class Chosen {
        static final KafkaChoice CHOICE =
                announce(KafkaChoice.of(System.getProperty(KafkaChoice.PROPERTY), DockerEngine::answers));

        private static KafkaChoice announce(KafkaChoice choice) {
            // To the console on purpose: a reader of a build must see what the tests ran on.
            System.out.println("Kafka for tests: "
                    + switch (choice.kind()) {
                        case EMBEDDED -> "embedded broker";
                        case CONTAINER -> "container " + IMAGE;
                    }
                    + " (" + choice.reason() + ")");
            return choice;
        }
    }

    private static final class Shared {
        static final KafkaFixture INSTANCE = start();

        private static KafkaFixture start() {
            KafkaFixture fixture = startPrivate();
            Runtime.getRuntime().addShutdownHook(new Thread(fixture.stop, "kafka-fixture-stop"));
            return new KafkaFixture(fixture.bootstrapServers, () -> {});
        }
    }
}
