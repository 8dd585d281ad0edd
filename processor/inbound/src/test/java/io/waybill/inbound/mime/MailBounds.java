package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.Attachment;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.handler.MailReport;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What holds for every mail that is read, whoever wrote it. */
final class MailBounds {
    private MailBounds() {}

    static void assertKept(InboundMail mail, int length) throws IOException {
        assertEquals(length, mail.size());
        assertEquals(32, mail.contentKey().length);
        assertTrue(mail.cites().size() <= 100);
        assertTrue(mail.messageId().stream().allMatch(id -> !id.isEmpty() && id.length() <= 998));
        assertTrue(mail.subject().chars().noneMatch(Character::isISOControl));
        assertTrue(mail.text().stream().noneMatch(text -> text.indexOf('\0') >= 0));
        for (List<MailAddress> addresses :
                List.of(mail.from().stream().toList(), mail.replyTo(), mail.to(), mail.cc())) {
            for (MailAddress address : addresses) {
                assertTrue(address.address().matches("(?s).+@[^@\\s]+")
                        && address.address().length() <= 320);
                assertTrue(address.name().chars().noneMatch(Character::isISOControl));
            }
        }
        if (mail.report().isPresent() && mail.report().get() instanceof MailReport.Delivery delivery) {
            assertTrue(!delivery.recipients().isEmpty() && delivery.recipients().size() <= 100);
            for (MailReport.Recipient recipient : delivery.recipients()) {
                assertTrue(recipient.address().length() <= 320
                        && recipient.diagnostic().length() <= 500);
                assertTrue(
                        (recipient.address() + recipient.diagnostic()).chars().noneMatch(Character::isISOControl));
            }
        }
        assertTrue(mail.date().stream().allMatch(date -> date.getEpochSecond() > -3_000_000_000L));
        for (Attachment attachment : mail.attachments()) {
            String name = attachment.fileName();
            assertFalse(name.isBlank());
            assertEquals(name, FileNames.clean(name));
            assertTrue(attachment.mediaType().matches("[^\\s;/]+/[^\\s;/]+"), attachment.mediaType());
            try (InputStream in = attachment.open()) {
                assertEquals(attachment.size(), in.readAllBytes().length);
            }
        }
        for (String field : List.of("Received", "Content-Type", "Subject")) {
            mail.header(field).forEach(value -> assertTrue(value.chars().noneMatch(Character::isISOControl)));
        }
    }
}
