package io.waybill.inbound.mime;

import io.waybill.sources.RawMail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A first pass over the bytes: where the header ends, whether there is one, and the hash of the body. It needs no parser, so its
 * answers do not change with one.
 *
 * <p>The hash runs over the body with every line end as LF and without line ends at its end. The very same mail comes with other line
 * ends from another server, from an mbox or after an import, and stores like to add a last one; nothing else is forgiven.
 *
 * @param header what the first lines are
 * @param loneCarriageReturns whether lines end in CR alone, as no reader expects
 * @param bodyHash SHA-256 in hex
 */
record RawScan(Header header, boolean loneCarriageReturns, String bodyHash) {
    /** What stands before the first empty line. */
    enum Header {
        /** Fields, or nothing. */
        FIELDS,
        /** Text: the mail has no header at all. */
        NONE,
        /** More than the bounds allow. */
        TOO_LARGE
    }

    private static final int PROBE = 64 << 10;

    static RawScan of(RawMail raw, MimeBounds bounds) throws IOException {
        try (InputStream in = raw.open()) {
            byte[] buffer = new byte[PROBE];
            int n = in.readNBytes(buffer, 0, buffer.length);
            boolean loneCarriageReturns = endsLinesInCarriageReturns(buffer, n);
            Pass pass = new Pass(bounds, loneCarriageReturns);
            for (; n > 0 && !pass.tooLarge; n = in.readNBytes(buffer, 0, buffer.length)) {
                for (int i = 0; i < n; i++) {
                    pass.take(buffer[i]);
                }
            }
            if (!pass.inBody) {
                pass.endHeader();
            }
            return new RawScan(pass.header(), loneCarriageReturns, pass.bodyHash());
        }
    }

    /** No LF at all, or none before the empty line that ends the header: what comes later may be the content of a part. */
    private static boolean endsLinesInCarriageReturns(byte[] bytes, int length) {
        boolean carriageReturn = false;
        for (int i = 0; i < length && bytes[i] != '\n'; i++) {
            boolean emptyLine = i > 0 && bytes[i] == '\r' && bytes[i - 1] == '\r';
            if (emptyLine && i + 1 < length && bytes[i + 1] != '\n') {
                return true;
            }
            carriageReturn |= bytes[i] == '\r';
            if (i + 1 == length) {
                return carriageReturn;
            }
        }
        return false;
    }

    /** The state between two bytes. */
    private static final class Pass {
        private final MimeBounds bounds;
        private final boolean loneCarriageReturns;
        private final MessageDigest digest = Digests.sha256();
        private final byte[] pending = new byte[8 << 10];
        private int pendingLength;

        private boolean inBody;
        private boolean none;
        private boolean anyField;
        private boolean tooLarge;
        private int fields;

        /** What may turn out to be no header, and then belongs to the body. */
        private final ByteArrayOutputStream head = new ByteArrayOutputStream();

        /** Of the current header line: its length without CR, and whether it is still a field's name, or has been one. */
        private int lineLength;

        private boolean name = true;
        private boolean blankAfterName;
        private boolean field;

        private boolean carriageReturn;
        private long lineEnds;

        Pass(MimeBounds bounds, boolean loneCarriageReturns) {
            this.bounds = bounds;
            this.loneCarriageReturns = loneCarriageReturns;
        }

        void take(byte b) {
            byte c = loneCarriageReturns && b == '\r' ? (byte) '\n' : b;
            if (inBody) {
                takeBody(c);
            } else {
                takeHeader(c);
            }
        }

        private void takeHeader(byte c) {
            head.write(c);
            if (head.size() > bounds.headerBytes()) {
                tooLarge = true;
                endHeader();
                return;
            }
            switch (c) {
                case '\n' -> endHeaderLine();
                case '\r' -> {}
                default -> takeHeaderCharacter(c);
            }
        }

        private void takeHeaderCharacter(byte c) {
            lineLength++;
            if (!name) {
                return;
            }
            if (c == ':') {
                field = lineLength > 1;
                name = false;
            } else if (c == ' ' || c == '\t') {
                blankAfterName = true;
                name = lineLength > 1;
            } else {
                name = c > ' ' && c < 0x7F && !blankAfterName;
            }
        }

        private void endHeaderLine() {
            if (lineLength == 0) {
                endHeader();
                return;
            }
            anyField |= field;
            if (field && ++fields > bounds.headerFields()) {
                tooLarge = true;
            }
            lineLength = 0;
            name = true;
            blankAfterName = false;
            field = false;
        }

        /** Lines of text, and not one field among them, are a body however long. */
        private void endHeader() {
            inBody = true;
            boolean empty = head.size() <= 2;
            if (anyField || field || empty) {
                return;
            }
            none = true;
            tooLarge = false;
            for (byte c : head.toByteArray()) {
                takeBody(c);
            }
        }

        private void takeBody(byte c) {
            if (c == '\n') {
                carriageReturn = false;
                lineEnds++;
                return;
            }
            if (carriageReturn) {
                carriageReturn = false;
                put((byte) '\r');
            }
            if (c == '\r') {
                carriageReturn = true;
                return;
            }
            put(c);
        }

        private void put(byte c) {
            for (; lineEnds > 0; lineEnds--) {
                append((byte) '\n');
            }
            append(c);
        }

        private void append(byte c) {
            if (pendingLength == pending.length) {
                digest.update(pending);
                pendingLength = 0;
            }
            pending[pendingLength++] = c;
        }

        Header header() {
            if (tooLarge) {
                return Header.TOO_LARGE;
            }
            return none ? Header.NONE : Header.FIELDS;
        }

        String bodyHash() {
            digest.update(pending, 0, pendingLength);
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
