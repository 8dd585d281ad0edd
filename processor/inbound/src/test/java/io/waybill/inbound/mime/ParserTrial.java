package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.Attachment;
import io.waybill.handler.InboundMail;
import io.waybill.inbound.mime.ParseResult.Parsed;
import io.waybill.inbound.mime.ParseResult.Refused;
import io.waybill.sources.ByteBudget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Runs the parser on a mail from anybody: it must end in time, keep its bounds, and leave nothing behind. */
final class ParserTrial implements AutoCloseable {
    /** Much more than any of these mails should take, on a machine that does other things besides. */
    private static final int LIMIT_SECONDS = 5;

    /** Smaller than the process's, so that holding on to any room is felt soon. */
    private final ByteBudget budget = new ByteBudget(32 << 20, 32 << 20);

    private final Path directory;
    private final MailParser parser;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    ParserTrial(Path directory) {
        this.directory = directory;
        this.parser = new MailParser(MimeBounds.DEFAULT, budget, directory);
    }

    record ReadFile(String name, String mediaType, byte[] content) {}

    record Reading(Optional<String> text, Optional<String> html, List<ReadFile> files, List<String> omissions) {}

    /** What was read; empty where the mail was refused. */
    Optional<Reading> read(byte[] mail) throws IOException, InterruptedException, ExecutionException {
        Future<Optional<Reading>> running = thread.submit(() -> parse(mail));
        try {
            Optional<Reading> reading = running.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertEquals(0, budget.memoryInUse());
            assertEquals(0, budget.diskInUse());
            return reading;
        } catch (TimeoutException slow) {
            running.cancel(true);
            throw new AssertionError("not read within " + LIMIT_SECONDS + " s: " + mail.length + " bytes", slow);
        }
    }

    private Optional<Reading> parse(byte[] mail) throws IOException {
        return switch (parser.parse(new BytesMail(mail))) {
            case Parsed parsed -> {
                try (parsed) {
                    assertWithinBounds(parsed.mail(), mail);
                    assertNothingHasAName();
                    yield Optional.of(reading(parsed.mail()));
                }
            }
            case Refused refused -> {
                assertFalse(refused.detail().isBlank());
                yield Optional.empty();
            }
        };
    }

    private static Reading reading(InboundMail mail) throws IOException {
        List<ReadFile> files = new ArrayList<>();
        for (Attachment attachment : mail.attachments()) {
            try (InputStream in = attachment.open()) {
                byte[] content = in.readAllBytes();
                assertEquals(attachment.size(), content.length);
                files.add(new ReadFile(attachment.fileName(), attachment.mediaType(), content));
            }
        }
        return new Reading(mail.text(), mail.html(), files, mail.omissions());
    }

    private void assertNothingHasAName() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(), files.toList());
        }
    }

    private void assertWithinBounds(InboundMail mail, byte[] bytes) throws IOException {
        try (InputStream original = mail.original()) {
            assertArrayEquals(bytes, original.readAllBytes());
        }
        long kept = mail.attachments().stream().mapToLong(Attachment::size).sum();
        assertTrue(kept <= budget.memoryInUse() + budget.diskInUse(), "parts take more room than was reserved");
        long texts = (long) mail.text().map(String::length).orElse(0)
                + mail.html().map(String::length).orElse(0);
        assertTrue(2 * texts <= budget.memoryInUse(), "texts take more room than was reserved");
        MailBounds.assertKept(mail, bytes.length);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
