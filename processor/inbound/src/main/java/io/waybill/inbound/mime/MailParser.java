package io.waybill.inbound.mime;

import io.waybill.inbound.mime.ParseResult.Parsed;
import io.waybill.inbound.mime.ParseResult.Refused;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.RawMail;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.io.EOLConvertingInputStream;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Takes a mail apart, once from front to end. Whatever is wrong with a mail, as much of it as can be read is given: a mail is refused
 * only where it is not known where its header ends. What is left out is named, and the original is always there.
 *
 * <p>Memory does not grow with the mail: texts up to their bounds, {@link MimeBounds#memoryBytes} of parts, the header, and the few
 * fields that are used of a part's. Since a thousand mails may be read at once, room for that is taken from a budget first, and who
 * finds none waits.
 */
public final class MailParser {
    private final MimeBounds bounds;
    private final ByteBudget budget;
    private final Path directory;

    /**
     * A parser for any number of threads.
     *
     * @param budget for what is read of mails, and no other budget than the one that raw mails are spooled under: who holds a raw mail
     *     and waits here must not wait for others of his kind
     * @param directory where temporary files go; their names are gone as soon as they are open
     */
    public MailParser(MimeBounds bounds, ByteBudget budget, Path directory) {
        this.bounds = bounds;
        this.budget = budget;
        this.directory = directory;
    }

    /** With the processor's bounds and a budget of its own, in the system's folder for temporary files. */
    public MailParser() {
        this(MimeBounds.DEFAULT, ByteBudget.ofParser(), Path.of(System.getProperty("java.io.tmpdir")));
    }

    /**
     * Parses a mail. Anything wrong with the mail is in the result.
     *
     * @throws IOException if the raw mail cannot be read, the temporary file cannot be written, or the thread is interrupted
     */
    public ParseResult parse(RawMail raw) throws IOException {
        ParseRoom room = ParseRoom.take(budget, bounds, raw.size());
        try {
            ParseResult result = parse(raw, room);
            if (result instanceof Refused) {
                room.close();
            }
            return result;
        } catch (IOException | RuntimeException | Error failed) {
            room.close();
            throw failed;
        }
    }

    private ParseResult parse(RawMail raw, ParseRoom room) throws IOException {
        RawScan scan = RawScan.of(raw, bounds);
        if (scan.header() == RawScan.Header.TOO_LARGE) {
            return new Refused("the header is larger than " + bounds.headerBytes() + " bytes or has more than "
                    + bounds.headerFields() + " fields");
        }
        PartStore store = new PartStore(directory, bounds.memoryBytes());
        MailAssembly assembly = new MailAssembly(bounds, store);
        try (InputStream opened = raw.open()) {
            SourceStream in = new SourceStream(opened);
            try {
                read(scan.loneCarriageReturns() ? new EOLConvertingInputStream(in) : in, scan, assembly);
            } catch (MimeException | IOException | RuntimeException broken) {
                in.rethrowOwn();
                store.rethrowOwn();
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException();
                }
                // The library gives up on a mail: what was read until then stands.
                assembly.stopped();
            }
            ParsedMail mail = assembly.mail(raw, scan.bodyHash());
            room.shrinkTo(mail.characters(), store.memoryUsed());
            return new Parsed(mail, () -> {
                store.close();
                room.close();
            });
        } catch (IOException | RuntimeException | Error failed) {
            store.close();
            throw failed;
        }
    }

    private void read(InputStream in, RawScan scan, MailAssembly assembly) throws MimeException, IOException {
        MimeTokenStream tokens = new MimeTokenStream(config(), DecodeMonitor.SILENT, null, null);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        if (scan.header() == RawScan.Header.NONE) {
            tokens.parseHeadless(in, "text/plain");
        } else {
            tokens.parse(in);
        }
        EntityState state = tokens.getState();
        while (state != EntityState.T_END_OF_STREAM && !assembly.full()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException();
            }
            switch (state) {
                case T_START_MESSAGE, T_START_BODYPART -> assembly.startPart();
                case T_FIELD -> assembly.field(tokens.getField());
                // A multipart below the last level is read as one body.
                case T_END_HEADER ->
                    tokens.setRecursionMode(assembly.atLastLevel() ? RecursionMode.M_FLAT : RecursionMode.M_NO_RECURSE);
                case T_START_MULTIPART -> assembly.startMultipart();
                case T_PREAMBLE -> assembly.preamble(tokens.getInputStream());
                case T_BODY -> assembly.body(tokens.getBodyDescriptor(), tokens.getDecodedInputStream());
                case T_EPILOGUE -> assembly.epilogue(tokens.getInputStream());
                case T_END_MULTIPART -> assembly.endMultipart();
                case T_RAW_ENTITY, T_START_HEADER, T_END_BODYPART, T_END_MESSAGE, T_END_OF_STREAM -> {}
            }
            state = tokens.next();
        }
    }

    private MimeConfig config() {
        return MimeConfig.custom()
                // Of a header, which the library reads line by line; one of a body may be as long as it likes.
                .setMaxLineLen(bounds.headerBytes())
                .setMaxHeaderLen(bounds.headerBytes())
                .setMaxHeaderCount(bounds.headerFields())
                .setMaxContentLen(-1)
                .build();
    }

    /** Remembers its own failure, to tell a source that broke from a mail that is broken. */
    private static final class SourceStream extends FilterInputStream {
        private IOException failure;

        SourceStream(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException broken) {
                failure = broken;
                throw broken;
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException broken) {
                failure = broken;
                throw broken;
            }
        }

        void rethrowOwn() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
