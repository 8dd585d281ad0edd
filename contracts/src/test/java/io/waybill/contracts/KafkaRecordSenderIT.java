package io.waybill.contracts;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.sandbox.EmbeddedBroker;
import io.waybill.sandbox.LoopbackPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.plain.PlainAuthenticateCallback;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real producers, and a real broker that can refuse whoever signs in. */
final class KafkaRecordSenderIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Whether the broker lets anybody in; static because Kafka makes the {@link Doorkeeper} itself. */
    private static volatile boolean open;

    private final AtomicInteger made = new AtomicInteger();
    private EmbeddedBroker broker;
    private int port;
    private KafkaRecordSender sender;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        open = true;
        port = LoopbackPort.free();
        broker = EmbeddedBroker.start(data, 0, this::signIns);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            TopicAdmin.create(admin, 1, 1);
        }
        sender = new KafkaRecordSender(this::producer);
    }

    @AfterEach
    void stop() {
        sender.close();
        broker.close();
    }

    @Test
    void send_loginWasRefused_goesOnWhenItIsRight() {
        open = false;
        await().atMost(LIMIT)
                .until(() -> assertThrows(KafkaException.class, () -> sender.finds(Topics.POINTERS))
                        instanceof AuthenticationException);
        int refused = made.get();
        open = true;

        await().atMost(LIMIT).ignoreExceptions().until(() -> sender.finds(Topics.POINTERS));
        sendUntilAcknowledged();
        assertEquals(refused + 1, made.get());
    }

    @Test
    void send_nothingAcknowledgedForLong_goesOnWithAnotherProducer() throws Exception {
        sendUntilAcknowledged();
        broker.stop();
        CompletionException failed = assertThrows(CompletionException.class, sender.send(record())::join);
        assertInstanceOf(TimeoutException.class, failed.getCause());

        await().atMost(LIMIT).until(() -> {
            sender.send(record()).exceptionally(_ -> null).join();
            return made.get() == 2;
        });

        broker.startAgain();
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> sender.send(record()).join().offset() > 0);
    }

    @Test
    void send_afterClose_isRefused() {
        sendUntilAcknowledged();
        sender.close();
        CompletionException refused = assertThrows(CompletionException.class, sender.send(record())::join);
        assertInstanceOf(KafkaException.class, refused.getCause());
    }

    /** Again where it was late: a producer that is new, or a broker, takes longer at first than one record may. */
    private void sendUntilAcknowledged() {
        await().atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> sender.send(record()).join() != null);
    }

    private static ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(Topics.POINTERS.name(), new byte[] {1}, new byte[] {2});
    }

    private KafkaProducer<byte[], byte[]> producer() {
        made.incrementAndGet();
        return new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        LoopbackPort.HOST + ":" + port,
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        "PLAIN",
                        "sasl.jaas.config",
                        login(" username=\"ingress\" password=\"right\""),
                        "acks",
                        "all",
                        "max.block.ms",
                        500,
                        "request.timeout.ms",
                        1200,
                        "delivery.timeout.ms",
                        1400,
                        "linger.ms",
                        2,
                        "reconnect.backoff.max.ms",
                        1000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** One more listener, at which one must sign in. */
    private void signIns(Properties settings) {
        String listener = "LOGIN://" + LoopbackPort.HOST + ":" + port;
        for (String listeners : List.of("listeners", "advertised.listeners")) {
            settings.merge(listeners, listener, (others, one) -> others + "," + one);
        }
        settings.merge("listener.security.protocol.map", "LOGIN:SASL_PLAINTEXT", (others, one) -> others + "," + one);
        settings.put("listener.name.login.sasl.enabled.mechanisms", "PLAIN");
        settings.put("listener.name.login.plain.sasl.jaas.config", login(""));
        settings.put("listener.name.login.plain.sasl.server.callback.handler.class", Doorkeeper.class.getName());
    }

    private static String login(String options) {
        return PlainLoginModule.class.getName() + " required" + options + ";";
    }

    /** Lets everybody in, or nobody. */
    public static final class Doorkeeper implements AuthenticateCallbackHandler {
        @Override
        public void configure(Map<String, ?> settings, String mechanism, List<AppConfigurationEntry> entries) {}

        @Override
        public void handle(Callback[] callbacks) {
            Arrays.stream(callbacks)
                    .filter(PlainAuthenticateCallback.class::isInstance)
                    .map(PlainAuthenticateCallback.class::cast)
                    .forEach(login -> login.authenticated(open));
        }

        @Override
        public void close() {}
    }
}
