package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImapNotificationTest {
    @Test
    void json_bothForms() throws IOException {
        ImapNotification arrived = ImapNotification.arrived("inbox", 17, List.of(1L, 2L));
        assertEquals("{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1,2]}", text(arrived));
        assertEquals(arrived, ImapNotification.parse(arrived.toJson()));

        ImapNotification changed = ImapNotification.changed("Vorgänge");
        assertEquals("{\"folder\":\"Vorgänge\",\"changes\":true}", text(changed));
        assertEquals(changed, ImapNotification.parse(changed.toJson()));
    }

    @Test
    void pointers_inOrderAndOnce() {
        assertEquals(
                List.of(ImapPointer.of("INBOX", 17, 9), ImapPointer.of("INBOX", 17, 3)),
                ImapNotification.arrived("INBOX", 17, List.of(9L, 3L, 9L)).pointers());
        assertInstanceOf(
                ChangesPointer.class,
                ImapNotification.changed("INBOX").pointers().getFirst());
    }

    @Test
    void json_withHashes_keepsTheirPlaces() throws IOException {
        List<String> hashes = Arrays.asList("h1", null, "h3");
        ImapNotification arrived = ImapNotification.arrived("INBOX", 17, List.of(1L, 2L, 3L), hashes);
        assertEquals(
                "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1,2,3],\"messageIdHashes\":[\"h1\",null,\"h3\"]}",
                text(arrived));
        assertEquals(arrived, ImapNotification.parse(arrived.toJson()));
        assertEquals(
                List.of(pointer(1, "h1"), pointer(2, null), pointer(3, "h3")),
                ImapNotification.parse(arrived.toJson()).pointers());
    }

    @Test
    void pointers_repeatedUid_takesTheHashThatCameWithIt() {
        assertEquals(
                List.of(pointer(9, "nine"), pointer(3, "three")),
                ImapNotification.arrived("INBOX", 17, List.of(9L, 3L, 9L), List.of("nine", "three", "other"))
                        .pointers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1,2],\"messageIdHashes\":[\"h1\"]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1],\"messageIdHashes\":[\"h1\",\"h2\"]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1],\"messageIdHashes\":[]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1],\"messageIdHashes\":[\"<a@b c>\"]}",
                "{\"folder\":\"INBOX\",\"uidValidity\":17,\"uids\":[1],\"messageIdHashes\":[[\"h1\"]]}",
                "{\"folder\":\"INBOX\",\"changes\":true,\"messageIdHashes\":[\"h1\"]}",
                "{\"folder\":\"INBOX\",\"messageIdHashes\":[\"h1\"]}"
            })
    void parse_hashesThatDoNotFit_isRefused(String body) {
        assertThrows(IOException.class, () -> ImapNotification.parse(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void messageIdHash_isNoPartOfTheJobId() {
        assertEquals(
                Samples.job(pointer(1, null)).jobId(),
                Samples.job(pointer(1, "h1")).jobId());
    }

    @Test
    void largest_fits() throws IOException {
        List<Long> uids =
                LongStream.range(0, 1000).map(n -> 4_294_967_295L - n).boxed().toList();
        List<String> hashes = uids.stream().map(_ -> "h".repeat(64)).toList();
        byte[] body = ImapNotification.arrived("\u20ac".repeat(255), 4_294_967_295L, uids, hashes)
                .toJson();
        assertTrue(body.length < ImapNotification.MAX_BYTES / 4 * 3, "bytes: " + body.length);
        assertEquals(1000, ImapNotification.parse(body).pointers().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{\"quokka\":1}", "quokka", "{\"folder\":\"quokka\",\"uids\":[\"quokka\"]}"})
    void parse_other_saysNothingOfIt(String body) {
        IOException refused =
                assertThrows(IOException.class, () -> ImapNotification.parse(body.getBytes(StandardCharsets.UTF_8)));
        assertFalse(refused.getMessage().contains("quokka"));
    }

    @Test
    void parse_tooLarge() {
        assertThrows(IOException.class, () -> ImapNotification.parse(new byte[ImapNotification.MAX_BYTES + 1]));
    }

    private static ImapPointer pointer(long uid, String hash) {
        return new ImapPointer("INBOX", 17, uid, hash, null);
    }

    private static String text(ImapNotification notification) {
        return new String(notification.toJson(), StandardCharsets.UTF_8);
    }
}
