package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.Attachment;
import io.waybill.inbound.mime.ParseResult.Parsed;
import io.waybill.inbound.mime.ParseResult.Refused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Mails that nobody wrote. Seeded: a failure names the seed that makes it again. {@code -Dwaybill.mutations=N} runs more of them.
 */
class MailParserMutationTest {
    private static final int MUTATIONS = Integer.getInteger("waybill.mutations", 1_000);
    private static final int GENERATED = MUTATIONS / 20;

    /** Much more than any of these mails should take, on a machine that does other things besides. */
    private static final Duration AT_MOST = Duration.ofSeconds(5);

    private static final List<String> SAMPLES = List.of("""
        From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>
        To: "Support, North" <support@example.com>, Team: a@example.org, b@example.org;
        Subject: =?utf-8?B?R3LDvMOfZQ==?= =?iso-8859-1?Q?=FCber?=
        Date: Wed, 4 Mar 2026 06:05:04 +0100
        Message-ID: <one@example.com>
        References: <two@example.com> <three@example.com>
        Content-Type: multipart/mixed; boundary="=_outer"

        preamble
        --=_outer
        Content-Type: multipart/alternative; boundary="=_inner"

        --=_inner
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        Gr=FC=DFe aus =
        K=F6ln
        --=_inner
        Content-Type: text/html; charset="utf-8"
        Content-Transfer-Encoding: base64

        PGI+R3LDvMOfZTwvYj4=
        --=_inner--
        --=_outer
        Content-Type: message/rfc822

        From: inner@example.com
        Content-Type: multipart/mixed; boundary=in

        --in

        inner
        --in--
        --=_outer
        Content-Type: application/pdf; name*0="=?utf-8?q?x?="
        Content-Disposition: attachment; filename*0*=utf-8''R%C3%A4t; filename*1=".pdf"
        Content-Transfer-Encoding: base64

        JVBERi0xLjQKJeLjz9MK
        --=_outer--
        epilogue
        """, """
        Received: from a by b; Wed, 4 Mar 2026 05:06:07 +0000
        From: plain@example.com (A Name)
        Subject: plain
        Date: 4 Mar 26 05:06 EST
        Content-Type: text/plain; charset=utf-8; format=flowed

        Just a text.

        With lines.
        """, """
        Content-Type: multipart/report; report-type=delivery-status; boundary=r

        --r
        Content-Type: text/plain

        It did not arrive.
        --r
        Content-Type: message/delivery-status

        Reporting-MTA: dns; example.com

        Final-Recipient: rfc822; a@example.com
        Action: failed
        --r
        Content-Type: text/rfc822-headers

        Message-ID: <gone@example.com>
        --r--
        """, "Hello\n\nno header here\n");

    @Test
    void parse_mutatedMails_staysWithinItsBounds() throws IOException {
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] mail = MailMutator.mutate(
                    BytesMail.of(SAMPLES.get(seed % SAMPLES.size())).bytes(), random);
            Instant began = Instant.now();
            try {
                switch (new MailParser().parse(new BytesMail(mail))) {
                    case Parsed parsed -> {
                        try (parsed) {
                            MailBounds.assertKept(parsed.mail(), mail.length);
                        }
                    }
                    case Refused refused -> assertFalse(refused.detail().isBlank());
                }
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed, failed);
            }
            assertTrue(Duration.between(began, Instant.now()).compareTo(AT_MOST) < 0, "slow at seed " + seed);
        }
    }

    /** Every part that went in comes out, byte by byte, however the parts are nested and encoded. */
    @Test
    void parse_generatedMails_losesNothing() throws IOException {
        for (int seed = 0; seed < GENERATED; seed++) {
            Random random = new Random(seed);
            List<byte[]> contents = new ArrayList<>();
            byte[] mail = ("From: a@example.com\r\nSubject: generated\r\n" + multipart(random, 0, contents))
                    .getBytes(StandardCharsets.ISO_8859_1);
            try (Parsed parsed = assertInstanceOf(Parsed.class, new MailParser().parse(new BytesMail(mail)))) {
                List<Attachment> attachments = parsed.mail().attachments();
                assertEquals(contents.size(), attachments.size(), "seed " + seed);
                for (int i = 0; i < contents.size(); i++) {
                    try (InputStream in = attachments.get(i).open()) {
                        assertArrayEquals(contents.get(i), in.readAllBytes(), "seed " + seed + ", part " + i);
                    }
                }
                assertEquals(List.of(), parsed.mail().omissions());
            }
        }
    }

    private static String multipart(Random random, int depth, List<byte[]> contents) {
        String boundary = "=_" + depth + "_" + Integer.toHexString(random.nextInt()) + "_";
        StringBuilder mail = new StringBuilder("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n");
        int parts = 1 + random.nextInt(5);
        for (int i = 0; i < parts; i++) {
            mail.append("--").append(boundary).append("\r\n");
            mail.append(
                    depth < 5 && random.nextInt(4) == 0
                            ? multipart(random, depth + 1, contents)
                            : leaf(random, contents));
            mail.append("\r\n");
        }
        return mail.append("--").append(boundary).append("--\r\n").toString();
    }

    private static String leaf(Random random, List<byte[]> contents) {
        // Now and then one that does not stay in memory.
        byte[] content = new byte[random.nextInt(20) == 0 ? random.nextInt(600_000) : random.nextInt(5_000)];
        random.nextBytes(content);
        String head = "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: ";
        return switch (random.nextInt(3)) {
            case 0 -> {
                contents.add(content);
                yield head + "base64\r\n\r\n" + Base64.getMimeEncoder().encodeToString(content);
            }
            case 1 -> {
                contents.add(content);
                StringBuilder quoted = new StringBuilder(head + "quoted-printable\r\n\r\n");
                for (int i = 0; i < content.length; i++) {
                    quoted.append('=')
                            .append(HexFormat.of().withUpperCase().toHexDigits(content[i]))
                            .append(i % 20 == 19 ? "=\r\n" : "");
                }
                yield quoted.toString();
            }
            default -> {
                byte[] letters = new byte[content.length];
                for (int i = 0; i < letters.length; i++) {
                    letters[i] = (byte) ('a' + (content[i] & 15));
                }
                contents.add(letters);
                yield head + "8bit\r\n\r\n" + new String(letters, StandardCharsets.US_ASCII);
            }
        };
    }
}
