package io.waybill.inbound.mime;

import io.waybill.handler.Attachment;
import io.waybill.handler.Automation;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import io.waybill.sources.RawMail;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A mail taken apart. Header fields are read once, when it is made, so that what a bound leaves out can be named. */
final class ParsedMail implements InboundMail {
    /** Ten times what RFC 5322 lets stand on a line. */
    private static final int MAX_SUBJECT = 9_980;

    private final RawMail raw;
    private final HeaderFields header;
    private final byte[] contentKey;
    private final Optional<String> text;
    private final Optional<String> html;
    private final List<Attachment> attachments;
    private final Optional<MailReport> report;
    private final List<String> omissions;
    private final List<MailAddress> from;
    private final List<MailAddress> replyTo;
    private final List<MailAddress> to;
    private final List<MailAddress> cc;
    private final String subject;

    ParsedMail(
            RawMail raw,
            HeaderFields header,
            byte[] contentKey,
            Optional<String> text,
            Optional<String> html,
            List<Attachment> attachments,
            Optional<MailReport> report,
            List<String> omissions,
            int maxAddresses) {
        this.raw = raw;
        this.header = header;
        this.contentKey = contentKey;
        this.text = text;
        this.html = html;
        this.attachments = List.copyOf(attachments);
        this.report = report;
        List<String> omitted = new ArrayList<>(omissions);
        this.from = addresses("From", maxAddresses, omitted);
        this.replyTo = addresses("Reply-To", maxAddresses, omitted);
        this.to = addresses("To", maxAddresses, omitted);
        this.cc = addresses("Cc", maxAddresses, omitted);
        this.subject = subject(omitted);
        this.omissions = List.copyOf(omitted);
    }

    /** How many characters this holds in memory, about. */
    long characters() {
        return header.characters()
                + text.map(String::length).orElse(0)
                + html.map(String::length).orElse(0);
    }

    private List<MailAddress> addresses(String name, int max, List<String> omitted) {
        MailAddresses.Found found = MailAddresses.parse(String.join(", ", header.all(name)), max);
        if (found.more()) {
            omitted.add("The field " + name + " has more than " + max + " addresses; the rest is left out.");
        }
        return found.addresses();
    }

    private String subject(List<String> omitted) {
        String decoded =
                header.first("Subject").map(EncodedWords::decode).orElse("").strip();
        if (decoded.length() <= MAX_SUBJECT) {
            return decoded;
        }
        omitted.add("The subject is cut at " + MAX_SUBJECT + " characters.");
        return decoded.substring(0, MAX_SUBJECT);
    }

    @Override
    public Optional<String> messageId() {
        return MessageIds.own(header);
    }

    @Override
    public List<String> cites() {
        return MessageIds.cited(header);
    }

    @Override
    public Optional<MailAddress> from() {
        return from.stream().findFirst();
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
        return header.first("Date").flatMap(MailDates::parse);
    }

    @Override
    public Instant receivedAt() {
        return raw.receivedAt();
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
        return attachments;
    }

    @Override
    public List<String> header(String name) {
        return header.decoded(name);
    }

    @Override
    public Set<Automation> automation() {
        return RobotSigns.of(header, from());
    }

    @Override
    public Optional<MailReport> report() {
        return report;
    }

    @Override
    public List<String> omissions() {
        return omissions;
    }

    @Override
    public long size() {
        return raw.size();
    }

    @Override
    public InputStream original() throws IOException {
        return raw.open();
    }

    @Override
    public byte[] contentKey() {
        return contentKey.clone();
    }
}
