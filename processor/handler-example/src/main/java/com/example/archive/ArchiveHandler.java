package com.example.archive;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerSettings;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Keeps each mail as {@code <folder>/<tenant>/<mailbox>/<job id>.eml}. The file's name is the idempotency key: a mail that is handed
 * over again, or by several threads at once, ends in the same file.
 *
 * <p>Setting: {@code folder} ({@code WAYBILL_HANDLERS_ARCHIVE_FOLDER}), an existing folder.
 */
public final class ArchiveHandler implements MailHandler {
    private Path folder;

    @Override
    public String name() {
        return "archive";
    }

    @Override
    public void start(HandlerSettings settings) {
        folder = settings.get("folder")
                .map(Path::of)
                .filter(Files::isDirectory)
                .orElseThrow(() -> new IllegalStateException(
                        "set WAYBILL_HANDLERS_ARCHIVE_FOLDER to the folder to keep mails in"));
    }

    @Override
    public HandlerResult handle(InboundMail mail, HandlerContext context) throws IOException {
        if (!Files.isDirectory(folder)) {
            // A share that is not mounted: jobs wait until it is back, and spend no attempts.
            return HandlerResult.unavailable("the archive's folder is away");
        }
        Path place = Files.createDirectories(folder.resolve(context.tenant()).resolve(context.mailbox()));
        Path kept = place.resolve(context.jobId() + ".eml");
        if (!Files.exists(kept)) {
            keep(mail, place, kept);
        }
        return HandlerResult.done("archived", kept.getFileName().toString());
    }

    /** Whole or not at all: what has the right name is complete and on the disk. An exception means that it is tried again. */
    private static void keep(InboundMail mail, Path place, Path kept) throws IOException {
        Path draft = Files.createTempFile(place, "mail-", ".draft");
        try {
            try (InputStream original = mail.original()) {
                Files.copy(original, draft, StandardCopyOption.REPLACE_EXISTING);
            }
            force(draft, StandardOpenOption.WRITE);
            Files.move(draft, kept, StandardCopyOption.ATOMIC_MOVE);
            force(place, StandardOpenOption.READ);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
