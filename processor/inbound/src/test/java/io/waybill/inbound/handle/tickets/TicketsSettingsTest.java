package io.waybill.inbound.handle.tickets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.contracts.CredentialReference;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.testing.SampleMail;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TicketsSettingsTest {
    private static final String URL = "jdbc:postgresql://db.example.com/tickets";

    @Test
    void of_urlAlone_hasDefaults() {
        assertEquals(
                Optional.of(new TicketsSettings(URL, Optional.empty(), Optional.empty(), 10)),
                read(Map.of("database-url", URL, "database-user", " ", "database-password", "")));
    }

    @Test
    void of_everything() {
        assertEquals(
                Optional.of(new TicketsSettings(
                        URL, Optional.of("me"), Optional.of(new CredentialReference("file:db.password")), 3)),
                read(Map.of(
                        "database-url", URL,
                        "database-user", "me",
                        "database-password", "file:db.password",
                        "pool-size", "3")));
    }

    @Test
    void of_mistakes_areNamedWithoutTheirValue() {
        for (Map<String, String> mistake : List.of(
                Map.of("database-url", "postgres://hunter2@db/tickets"),
                Map.of("database-url", URL + "?user=me&password=hunter2"),
                Map.of("database-url", URL, "database-password", "hunter2"),
                Map.of("database-url", URL, "pool-size", "0"),
                Map.of("database-url", URL, "pool-size", "101"),
                Map.of("database-url", URL, "pool-size", "hunter2"))) {
            String message = assertThrows(IllegalArgumentException.class, () -> read(mistake))
                    .getMessage();
            assertEquals(0, message.indexOf("waybill.handlers.tickets."), message);
            assertFalse(message.contains("hunter2"), message);
        }
    }

    @Test
    void handle_withoutUrl_isUnavailable() throws InterruptedException {
        try (TicketsHandler handler = new TicketsHandler()) {
            handler.start(_ -> Optional.empty());
            assertEquals(
                    HandlerResult.unavailable("waybill.handlers.tickets.database-url is not set"),
                    handler.handle(SampleMail.of("any"), TicketsFixture.job("acme", "support", "job", false)));
        }
    }

    private static Optional<TicketsSettings> read(Map<String, String> settings) {
        return TicketsSettings.of(key -> Optional.ofNullable(settings.get(key)));
    }
}
