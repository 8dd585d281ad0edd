package io.waybill.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection that stays open, with one request at a time: as little HTTP as the answers of an ingress need. */
public final class Connection implements AutoCloseable {
    /** The answers have some hundred bytes, the body included. */
    private static final int MAX_ANSWER = 8192;

    /** It has neither a body nor its length. */
    private static final int NO_CONTENT = 204;

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");

    private final Socket socket;
    private final byte[] answer = new byte[MAX_ANSWER];

    public Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
    }

    /** Sends a request and waits for its answer; the status of it. */
    public int send(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        int read = 0;
        int end = -1;
        while (end < 0 || read < end) {
            int more = socket.getInputStream().read(answer, read, answer.length - read);
            if (more <= 0) {
                throw new IOException("the ingress closed the connection, or its answer has no end");
            }
            read += more;
            end = end < 0 ? end(read) : end;
        }
        return status();
    }

    private int status() {
        return (answer[9] - '0') * 100 + (answer[10] - '0') * 10 + answer[11] - '0';
    }

    /** Where the answer ends; -1 while its head is not complete. */
    private int end(int read) throws IOException {
        String text = new String(answer, 0, read, StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return -1;
        }
        if (status() == NO_CONTENT) {
            return head + 4;
        }
        Matcher length = LENGTH.matcher(text.substring(0, head + 2));
        if (!length.find()) {
            throw new IOException("the answer has no length");
        }
        return head + 4 + Integer.parseInt(length.group(1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
