package io.waybill.inbound.mime;

import io.waybill.sources.RawMail;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A raw mail in memory. */
final class BytesMail implements RawMail {
    static final Instant RECEIVED = Instant.parse("2026-03-04T05:06:07Z");

    private final byte[] bytes;

    BytesMail(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Lines as they travel: every line end of the text becomes CRLF. */
    static BytesMail of(String text) {
        return new BytesMail(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public Instant receivedAt() {
        return RECEIVED;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes);
    }

    @Override
    public void close() {}
}
