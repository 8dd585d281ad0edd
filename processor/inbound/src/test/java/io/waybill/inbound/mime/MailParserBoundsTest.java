package io.waybill.inbound.mime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.waybill.handler.Attachment;
import io.waybill.handler.InboundMail;
import io.waybill.inbound.mime.ParseResult.Parsed;
import io.waybill.inbound.mime.ParseResult.Refused;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.RawMail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What strangers may send to hurt the parser: it ends in time, within its bounds, and says what it left out. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class MailParserBoundsTest {
    @TempDir
    Path directory;

    @Test
    void parse_endlessHeader_isRefused() throws IOException {
        assertInstanceOf(Refused.class, parse("X: " + "y".repeat(2 << 20) + "\n\nbody"));
        assertInstanceOf(Refused.class, parse("X: y\n".repeat(10_001) + "\nbody"));
        assertInstanceOf(Refused.class, parse("X: y\n" + " folded\n".repeat(200_000) + "\nbody"));
    }

    @Test
    void parse_endlessHeaderOfAPart_keepsWhatCameBefore() throws IOException {
        InboundMail mail = mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nthe text\n--b\nX: "
                + "y".repeat(20 << 20) + "\n\nlost\n--b--\n");
        assertEquals("the text", mail.text().orElseThrow());
        assertTrue(mail.omissions().getFirst().startsWith("The mail is broken"));
    }

    @Test
    void parse_depthBomb_keepsTheInnermostUnopened() throws IOException {
        StringBuilder bomb = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            bomb.append("Content-Type: multipart/mixed; boundary=b%d_\n\n--b%d_\n".formatted(i, i));
        }
        InboundMail mail = mail(bomb + "\nbottom");
        assertEquals(1, mail.attachments().size());
        assertEquals("multipart/mixed", mail.attachments().getFirst().mediaType());
        assertTrue(content(mail.attachments().getFirst()).endsWith("bottom"));
        assertEquals(List.of("What is nested deeper than 20 levels is kept, but not opened."), mail.omissions());
    }

    @Test
    void parse_tenThousandParts_namesWhatItLeavesOut() throws IOException {
        StringBuilder bomb = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n");
        for (int i = 0; i < 10_000; i++) {
            bomb.append("\n--b\nContent-Disposition: attachment; filename=f")
                    .append(i)
                    .append(".txt\n\npart ")
                    .append(i);
        }
        InboundMail mail = mail(bomb + "\n--b--\n");
        assertEquals(1_000, mail.attachments().size());
        assertEquals("part 999", content(mail.attachments().getLast()));
        assertEquals(101, mail.omissions().size());
        assertTrue(mail.omissions().getFirst().endsWith("f1000.txt"));
        assertEquals("Left out besides: 8900 parts.", mail.omissions().getLast());
    }

    @Test
    void parse_millionsOfParts_ends() throws IOException {
        InboundMail mail = mail("Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(2_000_000));
        assertEquals(1_000, mail.attachments().size());
        assertTrue(mail.omissions().contains("Reading ended after 20000 parts."));
    }

    @Test
    void parse_textBeyondItsBound_isCutBetweenCharacters() throws IOException {
        InboundMail mail = mail("Content-Type: text/plain; charset=utf-8\n\nx" + "ä".repeat(1 << 20));
        assertEquals(1 << 19, mail.text().orElseThrow().length());
        assertTrue(mail.text().orElseThrow().endsWith("ää"));
        assertEquals(List.of("The text is cut at 1048576 bytes."), mail.omissions());
    }

    @Test
    void parse_textBeyondItsBound_goesOnWithTheNextPart() throws IOException {
        InboundMail mail = mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + "line\n".repeat(1 << 20)
                + "\n--b\nContent-Type: application/pdf\n\npdf\n--b--\n");
        assertEquals("pdf", content(mail.attachments().getFirst()));
    }

    @Test
    void parse_lineOfTenMegabytes() throws IOException {
        InboundMail mail = mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nshort\n--b\n"
                + "Content-Type: application/octet-stream\n\n" + "z".repeat(10 << 20) + "\n--b--\n");
        assertEquals("short", mail.text().orElseThrow());
        assertEquals(10 << 20, mail.attachments().getFirst().size());
        assertEquals(List.of(), mail.omissions());
    }

    @Test
    @DisplayName("a line without end in the header of a part ends the reading before it fills the memory")
    void parse_headerLineOfAPartBeyondBounds_isNotReadToItsEnd() throws IOException {
        RawMail raw = BytesMail.of("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nshort\n--b\nX-Long: "
                + "z".repeat(32 << 20) + "\n\nlong\n--b--\n");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        MailParser parser = new MailParser(MimeBounds.DEFAULT, ByteBudget.ofParser(), directory);
        long before = threads.getCurrentThreadAllocatedBytes();
        try (Parsed parsed = assertInstanceOf(Parsed.class, parser.parse(raw))) {
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 16 << 20, "allocated " + allocated);
            assertEquals("short", parsed.mail().text().orElseThrow());
            assertEquals(
                    List.of("The mail is broken; what follows the last part was not read."),
                    parsed.mail().omissions());
        }
    }

    @Test
    void parse_lineOfTenMegabytesWithoutHeader() throws IOException {
        assertEquals(1 << 20, mail("z".repeat(10 << 20)).text().orElseThrow().length());
    }

    @Test
    void parse_brokenBase64_readsWhatCanBeRead() throws IOException {
        InboundMail mail = mail("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain
            Content-Transfer-Encoding: base64

            aGVs*bG8gd2
            9ybGQ
            --b
            Content-Type: application/pdf
            Content-Transfer-Encoding: base64

            %%%%
            --b--
            """);
        assertTrue(mail.text().orElseThrow().startsWith("hello w"), mail.text().orElseThrow());
        assertEquals(0, mail.attachments().getFirst().size());
    }

    @Test
    void parse_boundaryMissingOrNeverThere_readsItAsText() throws IOException {
        assertEquals(
                "--b\r\n\r\nhello\r\n--b--\r\n",
                mail("Content-Type: multipart/mixed\n\n--b\n\nhello\n--b--\n")
                        .text()
                        .orElseThrow());
        assertEquals(
                "--b\r\n\r\nhello\r\n--b--\r\n",
                mail("Content-Type: multipart/mixed; boundary=other\n\n--b\n\nhello\n--b--\n")
                        .text()
                        .orElseThrow());
    }

    @Test
    void parse_lastBoundaryMissing() throws IOException {
        InboundMail mail = mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n"
                + "Content-Type: application/pdf\n\nhalf a");
        assertEquals("hello", mail.text().orElseThrow());
        assertEquals("half a", content(mail.attachments().getFirst()));
    }

    @Test
    void parse_nulsEverywhere() throws IOException {
        InboundMail mail =
                mail("Fr\0om: a@example.com\nFrom: b@exa\0mple.com\nSubject: a\0b\nMessage-ID: <a\0b@c>\n\nx\0y\n");
        assertEquals("xy\r\n", mail.text().orElseThrow());
        assertEquals("a b", mail.subject());
        assertTrue(mail.from().isEmpty());
        assertTrue(mail.messageId().isEmpty());
    }

    @Test
    void parse_expensiveHeaderTexts_areReadInTime() throws IOException {
        for (String bomb : List.of(
                "=?a",
                "=?a?b?",
                "=?a?b?x",
                "=?utf-8?q?x?= ",
                "=?utf-8?q?x",
                "<",
                "(",
                "\"",
                "a@b,",
                "@ ",
                "a:",
                "a@:",
                "\\",
                ";;",
                "(a@b",
                "=?utf-8?b?w?=",
                "<x@y>",
                "*0=a;",
                "filename*0*=a;",
                "a=b;")) {
            String value = bomb.repeat(200_000 / bomb.length());
            for (String field : List.of("From", "Subject", "Content-Disposition")) {
                mail(field + ": " + value + "\n\nbody").header(field);
            }
        }
    }

    /** Each address has the comment for a name: read once for all, it takes milliseconds, and else minutes. */
    @Test
    @Timeout(20)
    void parse_manyAddressesWithOneLargeComment_areReadInTime() throws IOException {
        String field = ": (" + "=?utf-8?q??= =?cp850?q??= ".repeat(8_000) + ") " + "a@b ".repeat(1_000) + "\n";
        assertTrue(mail("From" + field + "\nbody").from().isPresent());
        assertEquals(1_000, mail("To" + field + "\nbody").to().size());
        assertEquals(1_000, mail("Cc" + field + "\nbody").cc().size());
        assertEquals(1_000, mail("Reply-To" + field + "\nbody").replyTo().size());
    }

    @Test
    void parse_largeParts_goToAFileWithoutAName() throws IOException {
        byte[] content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        String part = "--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
                + Base64.getMimeEncoder(76, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content) + "\n";
        String small = "--b\nContent-Type: image/png\n\nsmall\n";
        RawMail raw =
                BytesMail.of("Content-Type: multipart/mixed; boundary=b\n\n" + small + part + small + part + "--b--\n");
        try (Parsed parsed = assertInstanceOf(
                Parsed.class, new MailParser(MimeBounds.DEFAULT, ByteBudget.ofParser(), directory).parse(raw))) {
            try (var files = Files.list(directory)) {
                assertEquals(List.of(), files.toList(), "what a killed process would leave behind");
            }
            List<Attachment> attachments = parsed.mail().attachments();
            assertEquals(
                    List.of(5L, 3L << 20, 5L, 3L << 20),
                    attachments.stream().map(Attachment::size).toList());
            for (int again = 0; again < 2; again++) {
                try (InputStream first = attachments.get(1).open();
                        InputStream second = attachments.get(3).open()) {
                    assertArrayEquals(content, second.readAllBytes());
                    assertArrayEquals(content, first.readAllBytes());
                }
            }
        }
    }

    @Test
    void parse_budget_isTakenWhileTheMailIsOpenAndGivenBack() throws IOException {
        ByteBudget budget = new ByteBudget(32 << 20, 16 << 20);
        MailParser parser = new MailParser(MimeBounds.DEFAULT, budget, directory);
        RawMail raw = BytesMail.of("Content-Type: text/html\n\n" + "x".repeat(3 << 20));
        try (Parsed _ = assertInstanceOf(Parsed.class, parser.parse(raw))) {
            assertTrue(budget.memoryInUse() >= (4 * 3) << 20, "in use: " + budget.memoryInUse());
            assertTrue(budget.diskInUse() >= raw.size(), "in use: " + budget.diskInUse());
        }
        assertInstanceOf(Refused.class, parser.parse(BytesMail.of("X: y\n".repeat(10_001) + "\nbody")));
        assertThrows(
                IOException.class,
                () -> parser.parse(new FailingMail(
                        BytesMail.of("From: a\n\n" + "x".repeat(200_000)).bytes())));
        assertThrows(IOException.class, () -> parser.parse(BytesMail.of("\n" + "x".repeat(9 << 20))));
        assertEquals(0, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
    }

    @Test
    void parse_sourceFails_isAnErrorAndNotABrokenMail() {
        RawMail failing = new FailingMail(
                BytesMail.of("From: a@example.com\n\n" + "x".repeat(200_000)).bytes());
        assertThrows(IOException.class, () -> new MailParser().parse(failing));
    }

    @Test
    void parse_noRoomForTheFile_isAnErrorAndNotABrokenMail() {
        RawMail raw = BytesMail.of("Content-Type: application/pdf\n\n" + "x".repeat(1 << 20));
        MailParser parser = new MailParser(MimeBounds.DEFAULT, ByteBudget.ofParser(), directory.resolve("missing"));
        assertThrows(IOException.class, () -> parser.parse(raw));
    }

    /** Gives the first 100,000 bytes of the second reading; the scan before it gets everything. */
    private static final class FailingMail implements RawMail {
        private final BytesMail mail;
        private int opened;

        FailingMail(byte[] bytes) {
            this.mail = new BytesMail(bytes);
        }

        @Override
        public long size() {
            return mail.size();
        }

        @Override
        public Instant receivedAt() {
            return mail.receivedAt();
        }

        @Override
        public InputStream open() {
            if (++opened < 2) {
                return mail.open();
            }
            return new SequenceInputStream(new ByteArrayInputStream(mail.bytes(), 0, 100_000), new BrokenStream());
        }

        @Override
        public void close() {}
    }

    private static final class BrokenStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            throw new IOException("connection reset");
        }
    }

    private ParseResult parse(String mail) throws IOException {
        return new MailParser(MimeBounds.DEFAULT, ByteBudget.ofParser(), directory).parse(BytesMail.of(mail));
    }

    /** The mail; its file, if any, stays open for the test. */
    private InboundMail mail(String mail) throws IOException {
        return assertInstanceOf(Parsed.class, parse(mail)).mail();
    }

    private static String content(Attachment attachment) throws IOException {
        try (InputStream in = attachment.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
