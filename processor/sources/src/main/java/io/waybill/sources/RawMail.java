package io.waybill.sources;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/** A message as its source gave it, byte by byte, in memory or in a temporary file that closing deletes. */
public interface RawMail extends AutoCloseable {
    /** Size in bytes. */
    long size();

    /** When the mailbox took the message in, as its server says. */
    Instant receivedAt();

    /** The bytes from the beginning; may be called again. */
    InputStream open() throws IOException;

    @Override
    void close();
}
