package io.waybill.sandbox;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.store.StoredMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Properties;

/**
 * A mail server in this JVM: SMTP in, IMAP out, both on 127.0.0.1 and in plain text. It keeps mail in memory and is well-behaved;
 * for one that is not see {@link io.waybill.sandbox.imap.FaultyImapServer}.
 */
public final class EmbeddedMailServer implements AutoCloseable {
    private static final int PORT_TRIES = 5;
    private static final int SMTP_TIMEOUT_MILLIS = 20_000;

    /** For mails that are stored and go nowhere. To make one looks through the whole class path. */
    private static final Session STORED = Session.getInstance(new Properties());

    private final GreenMail server;

    private EmbeddedMailServer(GreenMail server) {
        this.server = server;
    }

    /** Starts one on free ports. */
    public static EmbeddedMailServer start() {
        return start(0, 0);
    }

    /**
     * @param smtpPort the port of SMTP, or 0 for a free one
     * @param imapPort the port of IMAP, or 0 for a free one
     * @throws SandboxException if a port is taken
     */
    public static EmbeddedMailServer start(int smtpPort, int imapPort) {
        for (int attempt = 1; ; attempt++) {
            GreenMail server = new GreenMail(new ServerSetup[] {
                setup(smtpPort, ServerSetup.PROTOCOL_SMTP), setup(imapPort, ServerSetup.PROTOCOL_IMAP)
            });
            try {
                server.start();
                return new EmbeddedMailServer(server);
            } catch (RuntimeException refused) {
                server.stop();
                // Between choosing a free port and binding it anybody may take it.
                if (attempt == PORT_TRIES || (smtpPort != 0 && imapPort != 0)) {
                    throw new SandboxException(
                            "the embedded mail server did not start", "Are its ports free?", refused);
                }
            }
        }
    }

    public int smtpPort() {
        return server.getSmtp().getPort();
    }

    public int imapPort() {
        return server.getImap().getPort();
    }

    /** Makes a mailbox with an INBOX. */
    public void addUser(String address, String login, String password) {
        server.setUser(address, login, password);
    }

    /** Sends a mail by SMTP, header and body as they are. */
    public void deliver(byte[] eml, String from, String... to) {
        deliver(smtpPort(), eml, from, to);
    }

    /** Sends a mail by SMTP to a mail server on this machine, header and body as they are. */
    public static void deliver(int smtpPort, byte[] eml, String from, String... to) {
        Properties settings = new Properties();
        settings.put("mail.smtp.host", LoopbackPort.HOST);
        settings.put("mail.smtp.port", Integer.toString(smtpPort));
        settings.put("mail.smtp.localhost", "localhost");
        settings.put("mail.smtp.from", from);
        settings.put("mail.smtp.connectiontimeout", SMTP_TIMEOUT_MILLIS);
        settings.put("mail.smtp.timeout", SMTP_TIMEOUT_MILLIS);
        Session session = Session.getInstance(settings);
        try (Transport transport = session.getTransport("smtp")) {
            List<Address> recipients = new ArrayList<>();
            for (String each : to) {
                recipients.add(new InternetAddress(each));
            }
            transport.connect();
            transport.sendMessage(parse(session, eml), recipients.toArray(Address[]::new));
        } catch (MessagingException refused) {
            throw new IllegalStateException("the mail was not taken by port " + smtpPort, refused);
        }
    }

    /** Puts a mail into the INBOX past SMTP, as another client's APPEND would. Returns its UID. */
    public long append(String login, byte[] eml, Instant internalDate) {
        try {
            return inbox(login).appendMessage(parse(STORED, eml), new Flags(), Date.from(internalDate));
        } catch (MessagingException unreadable) {
            throw new IllegalArgumentException("not a mail", unreadable);
        }
    }

    /** Removes a mail from the INBOX for good; false if there was none with that UID. */
    public boolean expunge(String login, long uid) {
        MailFolder inbox = inbox(login);
        StoredMessage message = inbox.getMessage(uid);
        if (message == null) {
            return false;
        }
        try {
            inbox.setFlags(new Flags(Flags.Flag.DELETED), true, uid, null, true);
            inbox.expunge();
            return true;
        } catch (FolderException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** What the INBOX holds, oldest first. */
    public List<Stored> messages(String login) {
        return inbox(login).getMessages().stream()
                .map(EmbeddedMailServer::stored)
                .toList();
    }

    public long uidValidity(String login) {
        return inbox(login).getUidValidity();
    }

    /**
     * A mail in a mailbox.
     *
     * @param uid its UID
     * @param seen whether {@code \Seen} is set
     * @param eml the mail
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    public record Stored(long uid, boolean seen, byte[] eml) {}

    @Override
    public void close() {
        server.stop();
    }

    private MailFolder inbox(String login) {
        GreenMailUser user = server.getUserManager().getUser(login);
        if (user == null) {
            throw new IllegalArgumentException("no user " + login);
        }
        try {
            return server.getManagers().getImapHostManager().getInbox(user);
        } catch (FolderException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static Stored stored(StoredMessage message) {
        ByteArrayOutputStream eml = new ByteArrayOutputStream();
        try {
            message.getMimeMessage().writeTo(eml);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (MessagingException broken) {
            throw new IllegalStateException(broken);
        }
        return new Stored(message.getUid(), message.isSet(Flags.Flag.SEEN), eml.toByteArray());
    }

    private static MimeMessage parse(Session session, byte[] eml) throws MessagingException {
        return new MimeMessage(session, new ByteArrayInputStream(eml));
    }

    private static ServerSetup setup(int port, String protocol) {
        if (port != 0 && !LoopbackPort.isFree(port)) {
            throw new SandboxException(
                    "port " + port + " on " + LoopbackPort.HOST + " is taken, so the mail server cannot listen there",
                    "Stop what uses it, or name another.");
        }
        ServerSetup setup = new ServerSetup(port == 0 ? LoopbackPort.free() : port, LoopbackPort.HOST, protocol);
        // 2 s by default, too little on a loaded machine.
        setup.setServerStartupTimeout(30_000);
        return setup;
    }
}
