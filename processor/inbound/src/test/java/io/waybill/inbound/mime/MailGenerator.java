package io.waybill.inbound.mime;

import io.waybill.inbound.mime.GeneratedMail.Part;
import io.waybill.inbound.mime.TextSamples.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Well-formed mails of any structure: alternatives, related and mixed parts, signed ones, forwarded mails, invitations, winmail.dat,
 * pictures, empty parts. One seed makes one mail, always the same.
 */
final class MailGenerator {
    private static final int MAX_DEPTH = 5;
    private static final int MAX_FORWARDED = 2;
    private static final List<String> FILE_TYPES = List.of(
            "application/pdf",
            "application/octet-stream",
            "application/ms-tnef",
            "application/pkcs7-mime",
            "application/pkcs7-signature",
            "application/pgp-signature",
            "image/png",
            "image/svg+xml",
            "audio/x-wav",
            "message/delivery-status",
            "text/csv",
            "text/rfc822-headers");

    private final Random random;
    private final int forwarded;
    private final List<Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean epilogue;

    private MailGenerator(Random random, int forwarded) {
        this.random = random;
        this.forwarded = forwarded;
    }

    static GeneratedMail mail(Random random) {
        return new MailGenerator(random, 0).generate();
    }

    private GeneratedMail generate() {
        Sample subject = TextSamples.random(random);
        write("From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\r\nTo: Support <support@example.com>\r\n");
        write("Message-ID: <%x@example.com>\r\n".formatted(random.nextLong()));
        write("Subject: " + FileNameField.word(subject.text(), StandardCharsets.UTF_8) + "\r\nMIME-Version: 1.0\r\n");
        if (random.nextInt(4) == 0) {
            leaf(true);
        } else {
            multipart(0);
        }
        return new GeneratedMail(out.toByteArray(), parts, epilogue);
    }

    private void multipart(int depth) {
        String boundary = "=_%d_%08x_".formatted(depth, random.nextInt());
        String kind = List.of("mixed", "alternative", "related", "signed", "report", "x-own")
                .get(random.nextInt(6));
        write("Content-Type: multipart/" + kind + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n");
        if (random.nextInt(3) == 0) {
            write("This is a message of several parts.\r\n");
        }
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            write("--" + boundary + (random.nextInt(10) == 0 ? "  " : "") + "\r\n");
            if (depth < MAX_DEPTH && random.nextInt(4) == 0) {
                multipart(depth + 1);
            } else {
                leaf(false);
            }
            write("\r\n");
        }
        write("--" + boundary + "--\r\n");
        if (random.nextInt(4) == 0) {
            write("An epilogue.\r\n");
            epilogue = true;
        }
    }

    private void leaf(boolean wholeMail) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> text("text/plain", wholeMail);
            case 3, 4 -> text("text/html", wholeMail);
            case 5 -> text("text/calendar", wholeMail);
            case 6 -> forward();
            case 7 -> body("application/octet-stream", "", new byte[0], "", wholeMail);
            default -> file(wholeMail);
        }
    }

    private void text(String type, boolean wholeMail) {
        Sample sample = TextSamples.random(random);
        // A sample is one line or an empty text; more of it would be the same.
        boolean empty = random.nextInt(12) == 0;
        String label = sample.label().map(name -> "; charset=\"" + name + "\"").orElse("");
        body(type, label, empty ? new byte[0] : sample.bytes(), empty ? "" : sample.text(), wholeMail);
    }

    private void file(boolean wholeMail) {
        // Now and then one that does not stay in memory.
        byte[] content = new byte[random.nextInt(40) == 0 ? random.nextInt(600_000) : random.nextInt(3_000)];
        random.nextBytes(content);
        body(FILE_TYPES.get(random.nextInt(FILE_TYPES.size())), "", content, "", wholeMail);
    }

    private void forward() {
        byte[] mail = forwarded < MAX_FORWARDED
                ? new MailGenerator(random, forwarded + 1).generate().bytes()
                : "Subject: the last\r\n\r\nEnd.\r\n".getBytes(StandardCharsets.US_ASCII);
        body("message/rfc822", "", mail, "", false);
    }

    private void body(String type, String parameters, byte[] content, String text, boolean wholeMail) {
        Optional<FileNameField> name =
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(FileNameField.random(random));
        String disposition = random.nextInt(3) == 0 ? "" : random.nextBoolean() ? "inline" : "attachment";
        TransferEncoding encoding = TransferEncoding.random(content, random);
        write("Content-Type: " + type + parameters
                + name.map(FileNameField::contentType).orElse("") + "\r\n");
        String ofDisposition = name.map(FileNameField::disposition).orElse("");
        if (!disposition.isEmpty() || !ofDisposition.isEmpty()) {
            disposition = disposition.isEmpty() ? "inline" : disposition;
            write("Content-Disposition: " + disposition + ofDisposition + "\r\n");
        }
        if (random.nextInt(5) == 0) {
            write("Content-ID: <%x@example.com>\r\n".formatted(random.nextInt()));
        }
        write(encoding.field());
        write("\r\n");
        out.writeBytes(encoding.encode(content));
        boolean readable = !disposition.equals("attachment") && (wholeMail || name.isEmpty());
        parts.add(new Part(type, name.map(FileNameField::name), readable, content, text));
    }

    private void write(String line) {
        out.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
    }
}
