package io.waybill.handler.testing;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream that is counted while it is open, cannot be read once it is closed, and may fail in the middle. */
final class SampleStream extends FilterInputStream {
    private final AtomicInteger open;
    private final boolean breaksOff;
    private final int length;
    private boolean closed;

    SampleStream(byte[] content, boolean breaksOff, AtomicInteger open) {
        super(new ByteArrayInputStream(content));
        this.length = content.length;
        this.breaksOff = breaksOff;
        this.open = open;
        open.incrementAndGet();
    }

    @Override
    public int read() throws IOException {
        requireReadable();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        requireReadable();
        // Half of what is left at a time: the failure comes after some bytes, and before the end.
        int most = breaksOff ? Math.min(count, Math.max(1, in.available() / 2)) : count;
        return super.read(bytes, offset, most);
    }

    private void requireReadable() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (breaksOff && in.available() <= length / 2) {
            throw new IOException("the mail's temporary file is shorter than it was");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            open.decrementAndGet();
        }
    }
}
