package io.waybill.inbound.execute;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.MailSpool;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A source whose mails a test writes, on disk as large mails of a real source are. */
final class Spooled implements MailSource {
    private final ByteBudget budget = new ByteBudget(64 << 20, 256 << 20);
    private final Path folder;
    private final Function<MessagePointer, String> mails;
    private final UnaryOperator<RawMail> as;

    Spooled(Path folder, Function<MessagePointer, String> mails) {
        this(folder, mails, UnaryOperator.identity());
    }

    /** @param as what becomes of each mail before it is given out */
    Spooled(Path folder, Function<MessagePointer, String> mails, UnaryOperator<RawMail> as) {
        this.folder = folder;
        this.mails = mails;
        this.as = as;
    }

    /** Bytes of mails that are still held. */
    long held() {
        return budget.memoryInUse() + budget.diskInUse();
    }

    @Override
    public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
        byte[] bytes = mails.apply(pointer).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        try (MailSpool spool = MailSpool.open(budget, folder, bytes.length, 0)) {
            spool.write(bytes, 0, bytes.length);
            return new FetchResult.Fetched(as.apply(spool.finish(Instant.EPOCH)));
        } catch (IOException | InterruptedException | MailSpool.NoRoomEver failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ListResult list(
            Mailbox mailbox,
            String folderName,
            Optional<String> cursor,
            Optional<String> page,
            Optional<String> hint,
            Duration within) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
