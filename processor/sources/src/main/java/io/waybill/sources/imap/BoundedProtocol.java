package io.waybill.sources.imap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Properties;
import org.eclipse.angus.mail.iap.Argument;
import org.eclipse.angus.mail.iap.ByteArray;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.protocol.IMAPProtocol;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;
import org.eclipse.angus.mail.util.MailLogger;

/**
 * The protocol engine with a bound on what one command may bring in, and no tolerance for answers that it cannot read. Without the
 * bound a server that announces a literal of 2 GiB, or never stops sending, takes the memory of every other mailbox; with the
 * tolerance an answer about a mail that cannot be parsed looks like "there is no such mail".
 */
final class BoundedProtocol extends IMAPProtocol {
    /** Room for answers that carry no message: capabilities, folder states. */
    private static final long USUAL = 1024 * 1024;

    /** Untagged answers to one command; a page of a listing brings 500. */
    private static final int MAX_RESPONSES = 10_000;

    private static final MailLogger SILENT = new MailLogger(BoundedProtocol.class, "imap", false, System.out);

    private final Allowance allowance;
    private boolean arrived;

    BoundedProtocol(String host, int port, Properties properties, boolean tls) throws IOException, ProtocolException {
        // The superclass already reads the greeting, through the methods overridden below.
        allowance = new Allowance();
        super("imap", host, port, properties, tls, SILENT);
    }

    /** Sends a command whose answer may be as large as given; what goes beyond breaks the connection. */
    synchronized Response[] command(String command, long maxBytes) {
        allowance.renew(maxBytes);
        return super.command(command, null);
    }

    @Override
    public synchronized Response[] command(String command, Argument args) {
        allowance.renew(USUAL);
        return super.command(command, args);
    }

    /**
     * Signs in by a token (XOAUTH2). A server that refuses it says why first, and goes on only after an empty line; that it may say
     * whatever it likes there is why its words end here.
     */
    synchronized void xoauth2(String user, String token) throws IOException, ProtocolException {
        allowance.renew(USUAL);
        String response = Base64.getEncoder()
                .encodeToString(
                        ("user=" + user + "\001auth=Bearer " + token + "\001\001").getBytes(StandardCharsets.UTF_8));
        boolean said = hasCapability("SASL-IR");
        Argument arguments = new Argument();
        arguments.writeAtom("XOAUTH2");
        if (said) {
            arguments.writeAtom(response);
        }
        String tag = writeCommand("AUTHENTICATE", arguments);
        while (true) {
            Response answer = readResponse();
            if (answer.isContinuation()) {
                OutputStream out = getOutputStream();
                out.write(((said ? "" : response) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.flush();
                said = true;
            } else if (answer.isBYE() || (answer.isTagged() && tag.equals(answer.getTag()))) {
                handleResult(answer);
                return;
            }
        }
    }

    /** Whether the server said since the last call that messages came, in whatever answer; it says so only once. */
    boolean takeArrived() {
        boolean said = arrived;
        arrived = false;
        return said;
    }

    /** Begins a new account for answers that are read one by one. */
    void renew() {
        allowance.renew(USUAL);
    }

    @Override
    public Response readResponse() throws IOException, ProtocolException {
        try {
            Response response = super.readResponse();
            arrived |= response instanceof IMAPResponse untagged && untagged.keyEquals("EXISTS");
            return response;
        } catch (TooLong beyond) {
            throw new AnswerTooLong(beyond.announced);
        } catch (ProtocolException | RuntimeException nonsense) {
            throw new AnswerUnreadable(nonsense.getClass().getSimpleName());
        }
    }

    @Override
    protected ByteArray getResponseBuffer() {
        allowance.count();
        return new BoundedBytes(allowance);
    }

    /** The answer is longer than allowed. */
    static final class AnswerTooLong extends IOException {
        private static final long serialVersionUID = 1L;

        private final long bytes;

        AnswerTooLong(long bytes) {
            super("answer too long");
            this.bytes = bytes;
        }

        /** How much the server announced or sent. */
        long bytes() {
            return bytes;
        }
    }

    /** The answer is not IMAP. */
    static final class AnswerUnreadable extends IOException {
        private static final long serialVersionUID = 1L;

        AnswerUnreadable(String kind) {
            super(kind);
        }
    }

    /** Leaves the parser where no checked exception can. */
    private static final class TooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long announced;

        TooLong(long announced) {
            super(null, null, false, false);
            this.announced = announced;
        }
    }

    private static final class Allowance {
        private long bytes = USUAL;
        private int responses = MAX_RESPONSES;

        void renew(long max) {
            bytes = max;
            responses = MAX_RESPONSES;
        }

        void count() {
            if (--responses < 0) {
                throw new TooLong(0);
            }
        }

        void spend(long more) {
            bytes -= more;
            if (bytes < 0) {
                throw new TooLong(more);
            }
        }
    }

    /** Asks before it grows: a literal is refused when it is announced, not when it has been read. */
    private static final class BoundedBytes extends ByteArray {
        private final Allowance allowance;

        BoundedBytes(Allowance allowance) {
            super(128);
            this.allowance = allowance;
        }

        @Override
        public void grow(int increment) {
            allowance.spend(increment);
            super.grow(increment);
        }
    }
}
