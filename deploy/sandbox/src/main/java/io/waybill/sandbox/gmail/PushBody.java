package io.waybill.sandbox.gmail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/** What is posted to an endpoint. Spellings differ, and each comes up in turn. */
final class PushBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    /**
     * @param id Pub/Sub's, which has nothing to do with Gmail's
     * @param number counts the messages from 0: the first is as a real push was seen to be
     */
    static byte[] of(String subscription, String id, byte[] data, Instant published, long number) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode message = body.putObject("message");
        message.put("data", encoded(data, number));
        message.put("messageId", id).put("message_id", id);
        message.put("publishTime", TIME.format(published)).put("publish_time", TIME.format(published));
        if (number % 3 == 1) {
            message.putObject("attributes");
        }
        body.put("subscription", subscription);
        try {
            return (JSON.writeValueAsString(body) + (number % 2 == 0 ? "\n" : "")).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encoded(byte[] data, long number) {
        Base64.Encoder alphabet = number / 2 % 2 == 0 ? Base64.getEncoder() : Base64.getUrlEncoder();
        return (number / 4 % 2 == 0 ? alphabet : alphabet.withoutPadding()).encodeToString(data);
    }

    private PushBody() {}
}
