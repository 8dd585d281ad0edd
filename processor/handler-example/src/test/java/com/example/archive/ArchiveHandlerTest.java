package com.example.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import io.waybill.handler.testing.MailHandlerContract;
import io.waybill.handler.testing.SampleMail;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every handler must keep to comes with {@link MailHandlerContract}; below it what is this one's own. */
class ArchiveHandlerTest implements MailHandlerContract {
    private final ArchiveHandler handler = new ArchiveHandler();

    @TempDir
    Path folder;

    @BeforeEach
    void start() {
        handler.start(key -> Optional.of(folder.toString()));
    }

    @Override
    public MailHandler handler() {
        return handler;
    }

    @Override
    public long effects() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void handle_keepsTheMailByteByByte() throws IOException {
        InboundMail mail = SampleMail.of("kept");

        assertEquals(HandlerResult.done("archived", "job-1.eml"), handler.handle(mail, context("job-1")));

        try (InputStream original = mail.original()) {
            assertArrayEquals(
                    original.readAllBytes(),
                    Files.readAllBytes(folder.resolve("acme/support").resolve("job-1.eml")));
        }
    }

    @Test
    void handle_folderAway_isUnavailable() throws IOException {
        Files.delete(folder);
        try {
            assertInstanceOf(HandlerResult.Unavailable.class, handler.handle(SampleMail.of("away"), context("job-1")));
        } finally {
            Files.createDirectory(folder);
        }
    }

    @Test
    void start_withoutAFolder_saysWhatToSet() {
        assertEquals(
                "set WAYBILL_HANDLERS_ARCHIVE_FOLDER to the folder to keep mails in",
                assertThrows(IllegalStateException.class, () -> new ArchiveHandler().start(key -> Optional.empty()))
                        .getMessage());
    }
}
