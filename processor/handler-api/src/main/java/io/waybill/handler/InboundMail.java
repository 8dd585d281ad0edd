package io.waybill.handler;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mail, parsed and normalised. Everything in it was written by strangers. Larger contents stay on disk and are read as streams,
 * which the caller closes.
 */
public interface InboundMail {
    /** The Message-ID without angle brackets; empty where the mail has none. */
    Optional<String> messageId();

    /** Message-IDs of {@code In-Reply-To}, then {@code References} from last to first, without brackets and repeats; at most 100. */
    List<String> cites();

    /** The first address of {@code From}; empty where there is none that can be read. */
    Optional<MailAddress> from();

    List<MailAddress> replyTo();

    List<MailAddress> to();

    List<MailAddress> cc();

    /** The subject, decoded; empty where there is none. */
    String subject();

    /** The {@code Date} field; empty where there is none that can be read. */
    Optional<Instant> date();

    /** When the mailbox took the mail in, as its server says. */
    Instant receivedAt();

    /** The plain text; empty where the mail has none. At most 1 MiB; {@link #omissions} says so where it was cut. */
    Optional<String> text();

    /** The HTML as sent, not cleaned; empty where the mail has none. At most 4 MiB; {@link #omissions} says so where it was cut. */
    Optional<String> html();

    /** Attachments and inline parts, in the order of the mail. */
    List<Attachment> attachments();

    /** The values of a header field, decoded, in order; empty where there is none. The name in any case. */
    List<String> header(String name);

    /**
     * The signs that a machine wrote the mail, or that nobody waits for an answer; empty for a person's. None for a fake that does not
     * say.
     */
    default Set<Automation> automation() {
        return Set.of();
    }

    /** What a mail system reports with this mail: a bounce, a delay, a read receipt, a complaint; empty for any other mail. */
    default Optional<MailReport> report() {
        return Optional.empty();
    }

    /** What the mail held and this does not, because a bound was reached; one sentence each. */
    List<String> omissions();

    /** The original's size in bytes. */
    long size();

    /** The mail, byte by byte as the source gave it. */
    InputStream original() throws IOException;

    /** SHA-256 over length-prefixed Message-ID, From, Date, Subject and the hash of the body: the same mail under another name. */
    byte[] contentKey();
}
