package io.waybill.cli.demo;

import io.waybill.cli.Problem;
import io.waybill.cli.up.Plan.MailServer;
import io.waybill.cli.up.Ports;
import io.waybill.contracts.ImapPointer;
import io.waybill.sandbox.EmbeddedMailServer;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.UIDFolder;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;

/** The demo's mailbox as any mail client sees it: SMTP in, IMAP out. */
final class Inbox {
    private static final String FOLDER = "INBOX";
    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(20);
    private static final String SENDER = "visitor@example.org";

    private final MailServer server;
    private final String address;
    private long lastUid;

    Inbox(MailServer server, String address) {
        this.server = server;
        this.address = address;
    }

    /** Sends a mail and waits until it lies in the mailbox. Returns its pointer. */
    ImapPointer send(byte[] eml) throws InterruptedException {
        EmbeddedMailServer.deliver(server.smtpPort(), eml, SENDER, address);
        long deadline = System.nanoTime() + DELIVERED_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            ImapPointer arrived = newest();
            if (arrived != null) {
                return arrived;
            }
            Thread.sleep(20);
        }
        throw Problem.incomplete(
                "a mail was sent but did not arrive within " + DELIVERED_WITHIN.toSeconds() + " s",
                Ports.HOST + ":" + server.imapPort(),
                "Is the machine overloaded? Try again.");
    }

    /** Makes a folder beside INBOX. */
    void create(String name) {
        try (Store store = connect()) {
            store.getFolder(name).create(Folder.HOLDS_MESSAGES);
        } catch (MessagingException failed) {
            throw broken(failed);
        }
    }

    /** Deletes a folder with all its mails and makes it anew: the server numbers it anew, too. */
    void recreate(String name) {
        try (Store store = connect()) {
            store.getFolder(name).delete(false);
            store.getFolder(name).create(Folder.HOLDS_MESSAGES);
        } catch (MessagingException failed) {
            throw broken(failed);
        }
    }

    /** Puts a mail into a folder. Returns its pointer. */
    ImapPointer put(byte[] eml, String name) {
        try (Store store = connect()) {
            Folder target = store.getFolder(name);
            target.appendMessages(new Message[] {new ArrivingNow(eml)});
            try (Folder folder = open(target, Folder.READ_ONLY)) {
                UIDFolder uids = (UIDFolder) folder;
                Message last = folder.getMessage(folder.getMessageCount());
                return ImapPointer.of(name, uids.getUIDValidity(), uids.getUID(last));
            }
        } catch (MessagingException failed) {
            throw broken(failed);
        }
    }

    /** Deletes it for good. */
    void delete(ImapPointer pointer) {
        try (Store store = connect();
                Folder folder = open(store.getFolder(FOLDER), Folder.READ_WRITE)) {
            Message message = ((UIDFolder) folder).getMessageByUID(pointer.uid());
            message.setFlag(Flags.Flag.DELETED, true);
            folder.expunge();
        } catch (MessagingException failed) {
            throw broken(failed);
        }
    }

    /** The mail with the highest UID, if it is one that was not seen before. */
    private ImapPointer newest() {
        try (Store store = connect();
                Folder folder = open(store.getFolder(FOLDER), Folder.READ_ONLY)) {
            UIDFolder uids = (UIDFolder) folder;
            Message last = folder.getMessageCount() == 0 ? null : folder.getMessage(folder.getMessageCount());
            if (last == null || uids.getUID(last) <= lastUid) {
                return null;
            }
            lastUid = uids.getUID(last);
            return ImapPointer.of(FOLDER, uids.getUIDValidity(), lastUid);
        } catch (MessagingException failed) {
            throw broken(failed);
        }
    }

    /** A server takes a mail's arrival from who appends it, and some take the mail's own date where nothing is said. */
    private static final class ArrivingNow extends MimeMessage {
        ArrivingNow(byte[] eml) throws MessagingException {
            super(null, new ByteArrayInputStream(eml));
        }

        @Override
        public Date getReceivedDate() {
            return Date.from(Instant.now());
        }
    }

    private Store connect() throws MessagingException {
        Properties settings = new Properties();
        settings.setProperty("mail.imap.connectiontimeout", "5000");
        settings.setProperty("mail.imap.timeout", "10000");
        Store store = Session.getInstance(settings).getStore("imap");
        store.connect(Ports.HOST, server.imapPort(), server.user(), server.password());
        return store;
    }

    private static Folder open(Folder folder, int mode) throws MessagingException {
        folder.open(mode);
        return folder;
    }

    private Problem broken(MessagingException failed) {
        return Problem.incomplete(
                "the demo's mail server does not do as asked ("
                        + failed.getClass().getSimpleName() + ")",
                Ports.HOST + ":" + server.imapPort(),
                "Try again; the sandbox's log says more.");
    }
}
