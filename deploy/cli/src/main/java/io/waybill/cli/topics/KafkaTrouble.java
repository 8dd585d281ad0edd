package io.waybill.cli.topics;

import io.waybill.cli.Problem;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What to tell an operator when Kafka does not do what it was asked. */
public final class KafkaTrouble {
    private KafkaTrouble() {}

    /** The problem behind a failure of a client with these settings. */
    public static Problem of(KafkaException failure, Map<String, Object> kafka) {
        String where = String.valueOf(kafka.get("bootstrap.servers"));
        return switch (failure) {
            case UnknownTopicOrPartitionException _ -> missing(where);
            case AuthenticationException _ ->
                Problem.incomplete("Kafka refuses the login", where, "Look at the settings given by --kafka-config.");
            case AuthorizationException _ ->
                Problem.incomplete(
                        "Kafka does not allow it (" + failure.getClass().getSimpleName() + ")",
                        where,
                        "Give the user of --kafka-config the right to read and write mail.*.");
            case TimeoutException _ ->
                Problem.incomplete(
                        "Kafka did not answer in time",
                        where,
                        "Is it running? `waybill up` starts one; --bootstrap-servers names another.");
            default ->
                Problem.incomplete(
                        "Kafka did not do it (" + failure.getClass().getSimpleName() + ")",
                        where,
                        "Is it running? `waybill up` starts one; --bootstrap-servers names another.");
        };
    }

    /** Whether another producer took the transactional id over. */
    public static boolean isFenced(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    static Problem missing(String where) {
        return Problem.incomplete("a topic does not exist", where, "Run `waybill topics create`.");
    }
}
