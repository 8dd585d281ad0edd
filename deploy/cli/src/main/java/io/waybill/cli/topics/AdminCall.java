package io.waybill.cli.topics;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;

/** One question to a cluster's administration. */
final class AdminCall {
    private static final int ANSWER_MS = 15_000;

    private AdminCall() {}

    /** What is asked. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Admin admin) throws InterruptedException;
    }

    /** Throws {@link io.waybill.cli.Problem} where Kafka does not answer. */
    static <T> T ask(Map<String, Object> kafka, Question<T> question) throws InterruptedException {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, "waybill-cli");
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS / 3);
        try (Admin admin = Admin.create(config)) {
            return question.ask(admin);
        } catch (KafkaException failed) {
            throw KafkaTrouble.of(failed, kafka);
        }
    }
}
