package io.waybill.inbound.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What stands in a dead letter for bytes that were refused: nobody knows what they hold, so they are not repeated.
 *
 * @param sha256 of the value, in hex
 * @param length of the value
 * @param topic where the bytes still are, within its retention
 * @param partition its partition
 * @param offset its offset
 */
record Redaction(String sha256, int length, String topic, int partition, long offset) {
    private static final ObjectMapper MAPPER = Json.mapper(2, 1024);

    static byte[] of(Step.Refused refused) {
        byte[] value = refused.value() == null ? new byte[0] : refused.value();
        Origin origin = refused.origin();
        try {
            return MAPPER.writeValueAsBytes(
                    new Redaction(hex(value), value.length, origin.topic(), origin.partition(), origin.offset()));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String hex(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
