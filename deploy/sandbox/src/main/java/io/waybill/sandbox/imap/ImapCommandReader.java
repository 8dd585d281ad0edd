package io.waybill.sandbox.imap;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads commands: atoms, quoted strings, literals and lists. Text is ISO-8859-1, so that bytes stay what they are. */
final class ImapCommandReader {
    // Enough for any command and any mail of a test; a client that sends more is broken.
    private static final int LINE_LIMIT = 64 * 1024;
    private static final int LITERAL_LIMIT = 64 * 1024 * 1024;

    private final InputStream in;
    private final Continuation continuation;
    private String line = "";
    private int position;

    ImapCommandReader(InputStream in, Continuation continuation) {
        this.in = in;
        this.continuation = continuation;
    }

    /** Tells the client to go on with its literal. */
    interface Continuation {
        void go() throws IOException;
    }

    /** The next command; EOFException when the client has gone. */
    ImapCommand read() throws IOException {
        line = readLine();
        position = 0;
        String tag = atom();
        skipSpaces();
        String name = atom().toUpperCase(Locale.ROOT);
        boolean byUid = name.equals("UID");
        if (byUid) {
            skipSpaces();
            name = atom().toUpperCase(Locale.ROOT);
        }
        return new ImapCommand(tag, name, byUid, arguments());
    }

    /** One line as it is: what follows IDLE. */
    String readLine() throws IOException {
        StringBuilder read = new StringBuilder();
        for (int each = in.read(); each != '\n'; each = in.read()) {
            if (each < 0) {
                throw new EOFException();
            }
            if (read.length() == LINE_LIMIT) {
                throw new IOException("a line of more than " + LINE_LIMIT + " bytes");
            }
            if (each != '\r') {
                read.append((char) each);
            }
        }
        return read.toString();
    }

    private List<Object> arguments() throws IOException {
        List<Object> arguments = new ArrayList<>();
        while (true) {
            skipSpaces();
            if (position >= line.length()) {
                return arguments;
            }
            switch (line.charAt(position)) {
                case ')' -> {
                    position++;
                    return arguments;
                }
                case '(' -> {
                    position++;
                    arguments.add(arguments());
                }
                case '"' -> arguments.add(quoted());
                case '{' -> arguments.add(literal());
                default -> arguments.add(atom());
            }
        }
    }

    /** Up to a space or parenthesis outside of brackets: {@code BODY[HEADER.FIELDS (DATE)]<0.9>} is one. */
    private String atom() {
        int start = position;
        int brackets = 0;
        while (position < line.length()) {
            char each = line.charAt(position);
            if (brackets == 0 && (each == ' ' || each == '(' || each == ')')) {
                break;
            }
            brackets += each == '[' ? 1 : each == ']' ? -1 : 0;
            position++;
        }
        return line.substring(start, position);
    }

    private String quoted() {
        StringBuilder text = new StringBuilder();
        for (position++; position < line.length() && line.charAt(position) != '"'; position++) {
            if (line.charAt(position) == '\\') {
                position++;
            }
            text.append(line.charAt(position));
        }
        position++;
        return text.toString();
    }

    private String literal() throws IOException {
        String size = line.substring(position + 1, line.indexOf('}', position));
        boolean waits = !size.endsWith("+");
        int length = Integer.parseInt(waits ? size : size.substring(0, size.length() - 1));
        if (length > LITERAL_LIMIT) {
            throw new IOException("a literal of " + length + " bytes");
        }
        if (waits) {
            continuation.go();
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        line = readLine();
        position = 0;
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void skipSpaces() {
        while (position < line.length() && line.charAt(position) == ' ') {
            position++;
        }
    }
}
