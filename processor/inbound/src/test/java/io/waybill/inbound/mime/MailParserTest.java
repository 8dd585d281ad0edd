package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.Attachment;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailAddress;
import io.waybill.inbound.mime.ParseResult.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MailParserTest {
    private static final String WHOLE = """
        Received: from a.example.com by b.example.com; Wed, 4 Mar 2026 05:06:07 +0000
        Received: from c.example.com by a.example.com; Wed, 4 Mar 2026 05:06:06 +0000
        From: =?utf-8?q?J=C3=B6rg_=22Jo=22_M=C3=BCller?= <Joerg@Example.COM>
        Reply-To: "Office, North" <office@example.com>
        To: Support <support@example.com>, second@example.com
        Cc: Team: one@example.org, "Two" <two@example.org>;
        Subject: =?utf-8?B?UHJpbnRlciBicmVubnQg8J+UpQ==?=
         and smokes
        Date: Wed, 4 Mar 2026 06:05:04 +0100 (CET)
        Message-ID: <own.id@example.com>
        In-Reply-To: Your message <second@example.com>
        References: <first@example.com>
          <second@example.com> <third@example.com>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="outer"

        This is a multi-part message in MIME format.
        --outer
        Content-Type: multipart/related; boundary="rel"

        --rel
        Content-Type: multipart/alternative; boundary=alt

        --alt
        Content-Type: text/plain; charset=iso-8859-1; format=flowed
        Content-Transfer-Encoding: quoted-printable

        Gr=FC=DFe =80 soft=
         break
        --alt
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64

        PGI+R3LDvMOfZTwvYj48aW1nIHNyYz0iY2lkOnBpY0B4Ij4=
        --alt--
        --rel
        Content-Type: image/png
        Content-ID: <pic@x>
        Content-Transfer-Encoding: base64
        Content-Disposition: inline; filename*=UTF-8''%E2%82%AC%20logo.png

        iVBORw0KGgo=
        --rel--
        --outer
        Content-Type: application/pdf; name="=?utf-8?Q?ignored?="
        Content-Disposition: attachment;
         filename*0*=UTF-8''Rechnung%20;
         filename*1="2026.pdf"
        Content-Transfer-Encoding: base64

        JVBERg==
        --outer
        Content-Type: message/rfc822

        From: inner@example.com
        Subject: inner

        inner text
        --outer
        Content-Type: text/calendar; method=REQUEST; charset=utf-8

        BEGIN:VCALENDAR
        END:VCALENDAR
        --outer
        Content-Type: text/plain

        A footer of the list.
        --outer--
        """;

    @Test
    @DisplayName("A10 the complete normalised mail: addresses, subject, texts, attachments, thread references")
    void parse_wholeMail() throws IOException {
        BytesMail raw = BytesMail.of(WHOLE);
        try (Parsed parsed = parsed(raw)) {
            InboundMail mail = parsed.mail();
            assertEquals(Optional.of(new MailAddress("Joerg@example.com", "Jörg \"Jo\" Müller")), mail.from());
            assertEquals(List.of(new MailAddress("office@example.com", "Office, North")), mail.replyTo());
            assertEquals(
                    List.of(
                            new MailAddress("support@example.com", "Support"),
                            new MailAddress("second@example.com", "")),
                    mail.to());
            assertEquals(
                    List.of(new MailAddress("one@example.org", ""), new MailAddress("two@example.org", "Two")),
                    mail.cc());
            assertEquals("Printer brennt 🔥 and smokes", mail.subject());
            assertEquals(Optional.of(Instant.parse("2026-03-04T05:05:04Z")), mail.date());
            assertEquals(BytesMail.RECEIVED, mail.receivedAt());
            assertEquals(Optional.of("own.id@example.com"), mail.messageId());
            assertEquals(List.of("second@example.com", "third@example.com", "first@example.com"), mail.cites());
            assertEquals(Optional.of("Grüße € soft break"), mail.text());
            assertEquals(Optional.of("<b>Grüße</b><img src=\"cid:pic@x\">"), mail.html());
            assertEquals(2, mail.header("received").size());
            assertTrue(mail.header("Nothing").isEmpty());
            assertEquals(List.of(), mail.omissions());
            assertEquals(raw.size(), mail.size());
            try (InputStream original = mail.original()) {
                assertArrayEquals(raw.bytes(), original.readAllBytes());
            }

            List<Attachment> attachments = mail.attachments();
            assertEquals(
                    List.of("€ logo.png", "Rechnung 2026.pdf", "message-5.eml", "invitation-6.ics", "text-7.txt"),
                    attachments.stream().map(Attachment::fileName).toList());
            assertEquals(
                    List.of("image/png", "application/pdf", "message/rfc822", "text/calendar", "text/plain"),
                    attachments.stream().map(Attachment::mediaType).toList());
            assertTrue(attachments.getFirst().inline());
            assertEquals(Optional.of("pic@x"), attachments.getFirst().contentId());
            assertFalse(attachments.get(1).inline());
            assertEquals("%PDF", content(attachments.get(1)));
            assertEquals(4, attachments.get(1).size());
            assertEquals("From: inner@example.com\r\nSubject: inner\r\n\r\ninner text", content(attachments.get(2)));
            assertEquals("A footer of the list.", content(attachments.get(4)));
        }
    }

    @Test
    void parse_mailWithoutFromSubjectOrDate() throws IOException {
        try (Parsed parsed = parsed(BytesMail.of("To: a@example.com\n\nhello\n"))) {
            InboundMail mail = parsed.mail();
            assertEquals(Optional.empty(), mail.from());
            assertEquals("", mail.subject());
            assertEquals(Optional.empty(), mail.date());
            assertEquals(Optional.empty(), mail.messageId());
            assertEquals(Optional.of("hello\r\n"), mail.text());
        }
    }

    @Test
    void parse_noHeaderAtAll() throws IOException {
        try (Parsed parsed = parsed(BytesMail.of("Dear all\nwe write to you\n\nwithout a header\n"))) {
            assertEquals(
                    Optional.of("Dear all\r\nwe write to you\r\n\r\nwithout a header\r\n"),
                    parsed.mail().text());
        }
    }

    @Test
    void parse_emptyMail() throws IOException {
        try (Parsed parsed = parsed(new BytesMail(new byte[0]))) {
            assertEquals(Optional.empty(), parsed.mail().text());
            assertEquals(List.of(), parsed.mail().attachments());
        }
    }

    @Test
    void parse_brokenLineInHeader_keepsTheOtherFields() throws IOException {
        try (Parsed parsed = parsed(BytesMail.of(
                ">From somebody Mon Jan  1\nFrom: a@example.com\nthis is no field\nSubject: still here\n\nbody\n"))) {
            assertEquals("still here", parsed.mail().subject());
            assertEquals("a@example.com", parsed.mail().from().orElseThrow().address());
            assertEquals(Optional.of("body\r\n"), parsed.mail().text());
        }
    }

    @Test
    void parse_linesEndInCarriageReturnAlone() throws IOException {
        try (Parsed parsed = parsed(new BytesMail(
                "From: a@example.com\rSubject: old Mac\r\rline one\rline two".getBytes(StandardCharsets.US_ASCII)))) {
            assertEquals("old Mac", parsed.mail().subject());
            assertEquals(Optional.of("line one\r\nline two"), parsed.mail().text());
        }
    }

    @Test
    void parse_linesEndInCarriageReturnAloneAndAPartHoldsLineFeeds_readsThemAll() throws IOException {
        try (Parsed parsed = parsed(new BytesMail(
                "From: a@example.com\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rthe text\r--b\rContent-Type: application/pdf\r\rx\ny\r--b--\r"
                        .getBytes(StandardCharsets.US_ASCII)))) {
            assertEquals(Optional.of("the text"), parsed.mail().text());
            assertEquals(1, parsed.mail().attachments().size());
        }
    }

    @Test
    void parse_charsetsMislabelledUnknownOrAbsent() throws IOException {
        assertEquals("Grüße", text("utf-8", "Grüße".getBytes(StandardCharsets.UTF_8)));
        assertEquals("Grüße", text("us-ascii", "Grüße".getBytes(StandardCharsets.UTF_8)));
        assertEquals("Grüße", text("x-unknown", "Grüße".getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals("Grüße", text("\"utf-8; format=flowed", "Grüße".getBytes(StandardCharsets.UTF_8)));
        assertEquals("中文", text("gb2312", new byte[] {(byte) 0xD6, (byte) 0xD0, (byte) 0xCE, (byte) 0xC4}));
        assertEquals("€", text("iso-8859-1", new byte[] {(byte) 0x80}));
        assertEquals("Grüße", text("utf-16", "\uFEFFGrüße".getBytes(StandardCharsets.UTF_16BE)));
    }

    @Test
    void parse_textWithFileName_isAnAttachment() throws IOException {
        try (Parsed parsed = parsed(BytesMail.of("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain; name="../notes\u202E.txt"
            Content-Disposition: inline

            notes
            --b
            Content-Type: text/plain

            the text
            --b--
            """))) {
            assertEquals(Optional.of("the text"), parsed.mail().text());
            assertEquals("notes.txt", parsed.mail().attachments().getFirst().fileName());
        }
    }

    @Test
    void parse_wordsAfterTheLastPart_areNamedAsLeftOut() throws IOException {
        String mail = """
            Content-Type: multipart/mixed; boundary=b

            This is a message of several parts.
            --b
            Content-Type: text/plain

            the text
            --b--

            """;
        try (Parsed parsed = parsed(BytesMail.of(mail))) {
            assertEquals(List.of(), parsed.mail().omissions());
        }
        try (Parsed parsed = parsed(BytesMail.of(mail + "Scanned by a gateway.\n"))) {
            assertEquals(Optional.of("the text"), parsed.mail().text());
            assertEquals(
                    List.of("What follows the last part is left out."),
                    parsed.mail().omissions());
        }
    }

    @Test
    void parse_signedAndPackedParts_areKeptAsTheyAre() throws IOException {
        try (Parsed parsed = parsed(BytesMail.of("""
            Content-Type: multipart/signed; boundary=b; micalg=sha-256; protocol="application/pkcs7-signature"

            --b
            Content-Type: text/plain

            signed
            --b
            Content-Type: application/ms-tnef; name=winmail.dat
            Content-Transfer-Encoding: base64

            eJ8+Ig==
            --b
            Content-Type: application/pkcs7-signature; name=smime.p7s
            Content-Transfer-Encoding: base64

            MIIB
            --b--
            """))) {
            assertEquals(Optional.of("signed"), parsed.mail().text());
            assertEquals(
                    List.of("winmail.dat", "smime.p7s"),
                    parsed.mail().attachments().stream()
                            .map(Attachment::fileName)
                            .toList());
        }
    }

    private static String text(String charset, byte[] body) throws IOException {
        byte[] head = ("Content-Type: text/plain; charset=" + charset + "\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] mail = new byte[head.length + body.length];
        System.arraycopy(head, 0, mail, 0, head.length);
        System.arraycopy(body, 0, mail, head.length, body.length);
        try (Parsed parsed = parsed(new BytesMail(mail))) {
            return parsed.mail().text().orElseThrow();
        }
    }

    private static Parsed parsed(BytesMail raw) throws IOException {
        return assertInstanceOf(Parsed.class, new MailParser().parse(raw));
    }

    private static String content(Attachment attachment) throws IOException {
        try (InputStream in = attachment.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
