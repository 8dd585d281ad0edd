package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubscriptionTableTest {
    private static final String KEY = "acme/support";

    @ParameterizedTest
    @MethodSource("golden")
    @DisplayName("what is in the table today is read, and written as it is")
    void golden_isReadAndWritten(Golden golden) throws IOException {
        Subscription read = SubscriptionTable.decode(KEY, golden.bytes()).orElseThrow();
        assertEquals(golden.text(), text(SubscriptionTable.record(read).value()));
        assertEquals(KEY, text(SubscriptionTable.record(read).key()));
    }

    static List<Golden> golden() {
        return Golden.all("subscription");
    }

    @Test
    @DisplayName("an event has a key of its own, so that it does not replace the subscription")
    void event_golden() {
        SubscriptionEvent event = SubscriptionEvent.of(
                new MailboxKey("acme", "support"),
                SubscriptionEvent.Kind.REMOVED,
                "5522bd62-7c96-4530-85b0-00b916f6151a",
                Instant.parse("2026-11-22T10:00:00Z"));
        assertEquals(
                Golden.of("subscription-event.removed").text(),
                text(SubscriptionTable.record(event).value()));
        assertEquals(
                "acme/support/removed", text(SubscriptionTable.record(event).key()));
    }

    @Test
    void decode_eventsAndTombstones_areNoSubscriptions() throws IOException {
        byte[] event = Golden.of("subscription-event.removed").bytes();
        assertEquals(Optional.empty(), SubscriptionTable.decode(KEY + "/removed", event));
        assertEquals(Optional.empty(), SubscriptionTable.decode(KEY, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "[]", "not JSON", "{\"tenantId\":\"acme\"}"})
    void decode_somethingElse_isRefused(String value) {
        assertThrows(IOException.class, () -> SubscriptionTable.decode(KEY, value.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void decode_underAForeignKey_isRefused() {
        byte[] value = Golden.of("subscription.listed").bytes();
        assertThrows(IOException.class, () -> SubscriptionTable.decode("globex/support", value));
    }

    @Test
    void announces_onlyWhileItLives() throws IOException {
        Subscription active = SubscriptionTable.decode(
                        KEY, Golden.of("subscription.active").bytes())
                .orElseThrow();
        Instant end = active.held().expiresAt();
        assertTrue(active.announces(end.minus(Duration.ofSeconds(1))));
        assertFalse(active.announces(end));
        Subscription failing =
                Subscription.failing(active.key(), end, active.held(), FailureCode.SOURCE_ERROR, "refused");
        assertFalse(failing.announces(end.minus(Duration.ofSeconds(1))));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
