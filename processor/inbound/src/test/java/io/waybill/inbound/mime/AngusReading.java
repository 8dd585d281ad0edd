package io.waybill.inbound.mime;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.ParseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** A second reading of the same bytes, by a parser that shares no line with the first: jakarta.mail as Angus has it. */
final class AngusReading {
    private static final Session SESSION = Session.getInstance(new Properties());

    static {
        // Read once, when the parser's classes are loaded. Forwarded mails in base64 are against the standard, and
        // sent.
        System.setProperty("mail.mime.allowencodedmessages", "true");
    }

    /**
     * One body.
     *
     * @param whole whether its header and its encoding for the transfer are without a fault: only then do two parsers have to agree
     */
    record Leaf(String mediaType, Optional<String> charset, byte[] content, boolean whole) {}

    private final int depth;
    private final List<Leaf> leaves = new ArrayList<>();

    private AngusReading(int depth) {
        this.depth = depth;
    }

    /** The bodies in their order; forwarded mails are one each. Throws what Angus throws where it gives up. */
    static List<Leaf> of(byte[] mail, int depth) throws MessagingException, IOException {
        AngusReading reading = new AngusReading(depth);
        reading.read(new MimeMessage(SESSION, new ByteArrayInputStream(mail)), 0);
        return reading.leaves;
    }

    private void read(MimePart part, int level) throws MessagingException, IOException {
        if (level < depth && mediaType(part).startsWith("multipart/")) {
            MimeMultipart parts = new MimeMultipart(part.getDataHandler().getDataSource());
            for (int i = 0; i < parts.getCount(); i++) {
                read((MimeBodyPart) parts.getBodyPart(i), level + 1);
            }
            return;
        }
        byte[] raw = bytes(
                part instanceof MimeMessage mail
                        ? mail.getRawInputStream()
                        : ((MimeBodyPart) part).getRawInputStream());
        byte[] content = bytes(part.getInputStream());
        leaves.add(
                new Leaf(mediaType(part), charset(part), content, isWhole(part) && isWhole(part.getEncoding(), raw)));
    }

    private static byte[] bytes(InputStream in) throws IOException {
        try (in) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            in.transferTo(out);
            return out.toByteArray();
        }
    }

    private static String mediaType(MimePart part) throws MessagingException {
        try {
            return new ContentType(part.getContentType()).getBaseType().toLowerCase(Locale.ROOT);
        } catch (ParseException broken) {
            return "application/octet-stream";
        }
    }

    private static Optional<String> charset(MimePart part) throws MessagingException {
        try {
            return Optional.ofNullable(new ContentType(part.getContentType()).getParameter("charset"));
        } catch (ParseException broken) {
            return Optional.empty();
        }
    }

    /** Whether each line of the header is a field: where one is a boundary, the first parser ends the part there. */
    private static boolean isWhole(MimePart part) throws MessagingException {
        for (String line : Collections.list(part.getAllHeaderLines())) {
            if (!line.matches("(?s)[\\x21-\\x39\\x3b-\\x7e]+:.*")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWhole(String encoding, byte[] raw) {
        String text = new String(raw, StandardCharsets.ISO_8859_1);
        return switch (encoding == null ? "7bit" : encoding.toLowerCase(Locale.ROOT)) {
            case "base64" -> {
                String digits = text.replace("\r\n", "").replace("\n", "");
                yield digits.length() % 4 == 0 && digits.matches("[A-Za-z0-9+/]*={0,2}");
            }
            case "quoted-printable" ->
                text.matches("(?s)(?:[\\x21-\\x3c\\x3e-\\x7e]|\r\n|=[0-9A-F]{2}|=\r\n|[ \t](?=[\\x21-\\x7e]))*+");
            case "7bit", "8bit", "binary" -> true;
            default -> false;
        };
    }
}
