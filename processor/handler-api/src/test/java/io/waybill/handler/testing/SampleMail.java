package io.waybill.handler.testing;

import io.waybill.handler.Attachment;
import io.waybill.handler.Automation;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail made by hand. Starts as an ordinary one; each method takes something away from it or puts something odd into it. */
public final class SampleMail implements InboundMail {
    private Optional<String> messageId;
    private List<String> cites = List.of();
    private Optional<MailAddress> from = Optional.of(new MailAddress("customer@example.com", "A Customer"));
    private List<MailAddress> replyTo = List.of();
    private List<MailAddress> to = List.of(new MailAddress("support@example.com", "Support"));
    private List<MailAddress> cc = List.of();
    private String subject = "The printer is on fire";
    private Optional<Instant> date = Optional.of(Instant.parse("2026-03-04T05:06:07Z"));
    private Optional<String> text = Optional.of("It really is.\n");
    private Optional<String> html = Optional.empty();
    private Set<Automation> automation = Set.of();
    private Optional<MailReport> report = Optional.empty();
    private final Map<String, List<String>> headers = new HashMap<>();
    private final List<Attachment> attachments = new ArrayList<>();
    private final AtomicInteger openStreams = new AtomicInteger();
    private boolean breaksOff;

    private SampleMail(String messageId) {
        this.messageId = Optional.of(messageId);
    }

    /** An ordinary mail, from customer@example.com to support@example.com. */
    public static SampleMail of(String messageId) {
        return new SampleMail(messageId);
    }

    public SampleMail withoutMessageId() {
        messageId = Optional.empty();
        return this;
    }

    public SampleMail withoutFrom() {
        from = Optional.empty();
        return this;
    }

    public SampleMail withoutDate() {
        date = Optional.empty();
        return this;
    }

    public SampleMail withoutRecipients() {
        to = List.of();
        cc = List.of();
        return this;
    }

    public SampleMail withoutText() {
        text = Optional.empty();
        return this;
    }

    public SampleMail citing(String... messageIds) {
        cites = List.of(messageIds);
        return this;
    }

    public SampleMail from(String address, String name) {
        from = Optional.of(new MailAddress(address, name));
        return this;
    }

    public SampleMail replyTo(String... addresses) {
        replyTo = addresses(addresses);
        return this;
    }

    public SampleMail to(String... addresses) {
        to = addresses(addresses);
        return this;
    }

    public SampleMail cc(String... addresses) {
        cc = addresses(addresses);
        return this;
    }

    public SampleMail subject(String value) {
        subject = value;
        return this;
    }

    public SampleMail text(String value) {
        text = Optional.of(value);
        return this;
    }

    public SampleMail html(String value) {
        html = Optional.of(value);
        return this;
    }

    public SampleMail attach(String fileName, String mediaType, byte[] content) {
        attachments.add(new Bytes(fileName, mediaType, content));
        return this;
    }

    public SampleMail automated(Automation... signs) {
        automation = Set.of(signs);
        return this;
    }

    /** A report of a mail system; such a mail is automated as well. */
    public SampleMail reporting(MailReport value) {
        report = Optional.of(value);
        return automated(Automation.REPORT);
    }

    /** A further header field, read by {@link #header} alone. */
    public SampleMail header(String name, String... values) {
        headers.put(name.toLowerCase(Locale.ROOT), List.of(values));
        return this;
    }

    /** Its streams fail in the middle, as those of a mail whose temporary file is lost. */
    public SampleMail breakingOff() {
        breaksOff = true;
        return this;
    }

    /** How many of its streams were opened and not closed again. */
    public int openStreams() {
        return openStreams.get();
    }

    private static List<MailAddress> addresses(String... addresses) {
        return Arrays.stream(addresses)
                .map(address -> new MailAddress(address, ""))
                .toList();
    }

    @Override
    public Optional<String> messageId() {
        return messageId;
    }

    @Override
    public List<String> cites() {
        return cites;
    }

    @Override
    public Optional<MailAddress> from() {
        return from;
    }

    @Override
    public List<MailAddress> replyTo() {
        return replyTo;
    }

    @Override
    public List<MailAddress> to() {
        return to;
    }

    @Override
    public List<MailAddress> cc() {
        return cc;
    }

    @Override
    public String subject() {
        return subject;
    }

    @Override
    public Optional<Instant> date() {
        return date;
    }

    @Override
    public Instant receivedAt() {
        return Instant.parse("2026-03-04T05:06:08Z");
    }

    @Override
    public Optional<String> text() {
        return text;
    }

    @Override
    public Optional<String> html() {
        return html;
    }

    @Override
    public List<Attachment> attachments() {
        return List.copyOf(attachments);
    }

    @Override
    public List<String> header(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "subject" -> List.of(subject);
            case "message-id" -> messageId.map(id -> "<" + id + ">").stream().toList();
            case String other -> headers.getOrDefault(other, List.of());
        };
    }

    @Override
    public Set<Automation> automation() {
        return automation;
    }

    @Override
    public Optional<MailReport> report() {
        return report;
    }

    @Override
    public List<String> omissions() {
        return List.of();
    }

    @Override
    public long size() {
        return bytes().length;
    }

    @Override
    public InputStream original() {
        return stream(bytes());
    }

    @Override
    public byte[] contentKey() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes());
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private InputStream stream(byte[] content) {
        return new SampleStream(content, breaksOff, openStreams);
    }

    private byte[] bytes() {
        return ("Message-ID: " + messageId + "\r\nFrom: " + from + "\r\nDate: " + date + "\r\nSubject: " + subject
                        + "\r\n\r\n" + text + html)
                .getBytes(StandardCharsets.UTF_8);
    }

    private final class Bytes implements Attachment {
        private final String fileName;
        private final String mediaType;
        private final byte[] content;

        Bytes(String fileName, String mediaType, byte[] content) {
            this.fileName = fileName;
            this.mediaType = mediaType;
            this.content = content.clone();
        }

        @Override
        public String fileName() {
            return fileName;
        }

        @Override
        public String mediaType() {
            return mediaType;
        }

        @Override
        public boolean inline() {
            return false;
        }

        @Override
        public Optional<String> contentId() {
            return Optional.empty();
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public InputStream open() {
            return stream(content);
        }
    }
}
