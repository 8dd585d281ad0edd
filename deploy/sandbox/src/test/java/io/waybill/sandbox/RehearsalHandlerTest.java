package io.waybill.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.Attachment;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailHandler;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RehearsalHandlerTest {
    private final RehearsalHandler handler = new RehearsalHandler();

    @Test
    void handle_anOrdinaryMail_isDone() {
        assertInstanceOf(HandlerResult.Done.class, handler.handle(new RehearsedMail(List.of()), context(0, 1)));
    }

    @Test
    void handle_failTwice_isDoneOnTheThirdAttempt() {
        InboundMail mail = new RehearsedMail(List.of(" Fail-Twice "));

        assertInstanceOf(HandlerResult.Retry.class, handler.handle(mail, context(0, 1)));
        assertInstanceOf(HandlerResult.Retry.class, handler.handle(mail, context(0, 2)));
        assertInstanceOf(HandlerResult.Done.class, handler.handle(mail, context(0, 3)));
    }

    @Test
    void handle_refuseOnce_isDoneAfterARedrive() {
        InboundMail mail = new RehearsedMail(List.of("refuse-once"));

        assertInstanceOf(HandlerResult.Refuse.class, handler.handle(mail, context(0, 1)));
        assertInstanceOf(HandlerResult.Done.class, handler.handle(mail, context(1, 1)));
    }

    @Test
    void serviceLoader_findsItByName() {
        assertTrue(ServiceLoader.load(MailHandler.class).stream()
                .map(ServiceLoader.Provider::get)
                .anyMatch(found -> found.name().equals("rehearsal")));
        assertEquals("rehearsal", handler.name());
    }

    private static HandlerContext context(int generation, int attempt) {
        return new HandlerContext(
                "job", "acme", "support", "support@example.com", generation, attempt, false, Instant.EPOCH);
    }

    /** A mail of which only one header field matters. */
    private record RehearsedMail(List<String> play) implements InboundMail {
        @Override
        public List<String> header(String name) {
            return name.equalsIgnoreCase("x-rehearsal") ? play : List.of();
        }

        @Override
        public Optional<String> messageId() {
            return Optional.empty();
        }

        @Override
        public List<String> cites() {
            return List.of();
        }

        @Override
        public Optional<MailAddress> from() {
            return Optional.empty();
        }

        @Override
        public List<MailAddress> replyTo() {
            return List.of();
        }

        @Override
        public List<MailAddress> to() {
            return List.of();
        }

        @Override
        public List<MailAddress> cc() {
            return List.of();
        }

        @Override
        public String subject() {
            return "";
        }

        @Override
        public Optional<Instant> date() {
            return Optional.empty();
        }

        @Override
        public Instant receivedAt() {
            return Instant.EPOCH;
        }

        @Override
        public Optional<String> text() {
            return Optional.empty();
        }

        @Override
        public Optional<String> html() {
            return Optional.empty();
        }

        @Override
        public List<Attachment> attachments() {
            return List.of();
        }

        @Override
        public List<String> omissions() {
            return List.of();
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public InputStream original() {
            return InputStream.nullInputStream();
        }

        @Override
        public byte[] contentKey() {
            return new byte[32];
        }
    }
}
