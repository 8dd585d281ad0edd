package io.waybill.sandbox.imap;

import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What FETCH answers about one mail: the items asked for, in their order. */
final class ImapFetch {
    private static final Pattern SECTION = Pattern.compile("BODY(\\.PEEK)?\\[(.*)](?:<([0-9]+)\\.([0-9]+)>)?");
    private static final DateTimeFormatter INTERNAL_DATE = DateTimeFormatter.ofPattern(
                    "dd-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final List<String> items;

    private ImapFetch(List<String> items) {
        this.items = items;
    }

    /** @throws IllegalArgumentException for an item that this server does not know */
    static ImapFetch parse(List<Object> asked, boolean byUid) {
        List<String> items = new ArrayList<>();
        for (Object each : asked) {
            switch (each.toString().toUpperCase(Locale.ROOT)) {
                case "FAST" -> items.addAll(List.of("FLAGS", "INTERNALDATE", "RFC822.SIZE"));
                case "ALL" -> items.addAll(List.of("FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"));
                case "RFC822" -> items.add("BODY[]");
                case "RFC822.HEADER" -> items.add("BODY.PEEK[HEADER]");
                case "RFC822.TEXT" -> items.add("BODY[TEXT]");
                case String item -> items.add(item);
            }
        }
        if (byUid && !items.contains("UID")) {
            items.addFirst("UID");
        }
        return new ImapFetch(items);
    }

    /** Whether it reads a body in the way that sets {@code \Seen}. */
    boolean marksSeen() {
        return items.stream().anyMatch(item -> item.startsWith("BODY["));
    }

    /**
     * One part of an answer.
     *
     * @param text what is written first
     * @param literal what follows as a literal, if anything
     */
    record Part(String text, Optional<byte[]> literal) {}

    /** @param uid what to say the UID is */
    List<Part> answer(ImapMail mail, long uid) {
        return items.stream().map(item -> part(item, mail, uid)).toList();
    }

    private static Part part(String item, ImapMail mail, long uid) {
        return switch (item) {
            case "UID" -> text("UID " + uid);
            case "FLAGS" -> text("FLAGS (" + String.join(" ", mail.flags()) + ")");
            case "INTERNALDATE" -> text("INTERNALDATE \"" + INTERNAL_DATE.format(mail.internalDate()) + "\"");
            case "RFC822.SIZE" -> text("RFC822.SIZE " + mail.eml().length);
            case "ENVELOPE" -> text("ENVELOPE " + envelope(mail));
            default -> section(item, mail);
        };
    }

    private static Part section(String item, ImapMail mail) {
        Matcher section = SECTION.matcher(item);
        if (!section.matches()) {
            throw new IllegalArgumentException("unknown item");
        }
        byte[] bytes = bytes(section.group(2), mail);
        String origin = "";
        if (section.group(3) != null) {
            int from = Math.min(Integer.parseInt(section.group(3)), bytes.length);
            int count = Math.min(Integer.parseInt(section.group(4)), bytes.length - from);
            bytes = Arrays.copyOfRange(bytes, from, from + count);
            origin = "<" + section.group(3) + ">";
        }
        return new Part("BODY[" + section.group(2) + "]" + origin, Optional.of(bytes));
    }

    private static byte[] bytes(String section, ImapMail mail) {
        if (section.isEmpty()) {
            return mail.eml();
        }
        if (section.equals("TEXT")) {
            return mail.body();
        }
        if (section.equals("HEADER")) {
            return mail.header();
        }
        if (section.startsWith("HEADER.FIELDS")) {
            String names = section.substring(section.indexOf('(') + 1, section.lastIndexOf(')'));
            return mail.fields(List.of(names.strip().split(" +")), !section.startsWith("HEADER.FIELDS.NOT"));
        }
        throw new IllegalArgumentException("unknown section");
    }

    private static String envelope(ImapMail mail) {
        try {
            MimeMessage message =
                    new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail.header()));
            String from = addresses(message, "From");
            return "("
                    + String.join(
                            " ",
                            string(message.getHeader("Date", null)),
                            string(message.getHeader("Subject", null)),
                            from,
                            message.getHeader("Sender") == null ? from : addresses(message, "Sender"),
                            message.getHeader("Reply-To") == null ? from : addresses(message, "Reply-To"),
                            addresses(message, Message.RecipientType.TO.toString()),
                            addresses(message, Message.RecipientType.CC.toString()),
                            "NIL",
                            string(message.getHeader("In-Reply-To", null)),
                            string(message.getHeader("Message-ID", null)))
                    + ")";
        } catch (MessagingException unreadable) {
            throw new IllegalArgumentException("no envelope", unreadable);
        }
    }

    private static String addresses(MimeMessage message, String field) throws MessagingException {
        String value = message.getHeader(field, ",");
        if (value == null) {
            return "NIL";
        }
        StringBuilder list = new StringBuilder();
        try {
            for (Address each : InternetAddress.parseHeader(value, false)) {
                InternetAddress address = (InternetAddress) each;
                String[] parts = address.getAddress().split("@", 2);
                list.append("(")
                        .append(string(address.getPersonal()))
                        .append(" NIL ")
                        .append(string(parts[0]))
                        .append(" ")
                        .append(string(parts.length == 1 ? "" : parts[1]))
                        .append(")");
            }
        } catch (AddressException unreadable) {
            return "NIL";
        }
        return list.isEmpty() ? "NIL" : "(" + list + ")";
    }

    private static String string(String value) {
        if (value == null) {
            return "NIL";
        }
        String ascii = new String(value.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        return "\""
                + ascii.replaceAll("[\r\n]+[ \t]*", " ").replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static Part text(String text) {
        return new Part(text, Optional.empty());
    }
}
