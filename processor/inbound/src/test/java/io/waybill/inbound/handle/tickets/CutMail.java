package io.waybill.inbound.handle.tickets;

import io.waybill.handler.Attachment;
import io.waybill.handler.Automation;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A mail whose original breaks off before the size that it says. */
record CutMail(InboundMail mail) implements InboundMail {
    @Override
    public Optional<String> messageId() {
        return mail.messageId();
    }

    @Override
    public List<String> cites() {
        return mail.cites();
    }

    @Override
    public Optional<MailAddress> from() {
        return mail.from();
    }

    @Override
    public List<MailAddress> replyTo() {
        return mail.replyTo();
    }

    @Override
    public List<MailAddress> to() {
        return mail.to();
    }

    @Override
    public List<MailAddress> cc() {
        return mail.cc();
    }

    @Override
    public String subject() {
        return mail.subject();
    }

    @Override
    public Optional<Instant> date() {
        return mail.date();
    }

    @Override
    public Instant receivedAt() {
        return mail.receivedAt();
    }

    @Override
    public Optional<String> text() {
        return mail.text();
    }

    @Override
    public Optional<String> html() {
        return mail.html();
    }

    @Override
    public List<Attachment> attachments() {
        return mail.attachments();
    }

    @Override
    public List<String> header(String name) {
        return mail.header(name);
    }

    @Override
    public Set<Automation> automation() {
        return mail.automation();
    }

    @Override
    public Optional<MailReport> report() {
        return mail.report();
    }

    @Override
    public List<String> omissions() {
        return mail.omissions();
    }

    @Override
    public long size() {
        return mail.size();
    }

    @Override
    public InputStream original() {
        return new ByteArrayInputStream(new byte[10]);
    }

    @Override
    public byte[] contentKey() {
        return mail.contentKey();
    }
}
