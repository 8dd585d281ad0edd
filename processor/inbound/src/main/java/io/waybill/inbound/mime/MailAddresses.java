package io.waybill.inbound.mime;

import io.waybill.handler.MailAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The addresses of a header field. Lenient: commas or semicolons, groups, routes, comments, brackets never closed, names that hold an
 * address. What is no address is left out. Names are decoded only after the field is taken apart, so that an encoded comma or bracket
 * makes no address. Linear in the length of the field.
 */
final class MailAddresses {
    /** RFC 5321: 64 of the local part, 255 of the domain, and the sign between. */
    private static final int MAX_ADDRESS = 320;

    private static final int MAX_NAME = 500;

    /** What is read of a name: a word of 500 characters has no more, however it is encoded. */
    private static final int MAX_ENCODED_NAME = 8_000;

    private final String text;
    private final int max;
    private final List<MailAddress> found = new ArrayList<>();

    /** Outside of brackets: with quotes kept, for an address without brackets; and without, for a name. */
    private final StringBuilder bare = new StringBuilder();

    private final StringBuilder name = new StringBuilder();
    private final StringBuilder comment = new StringBuilder();

    /** What stood in brackets; null before any. */
    private String angle;

    private int at;
    private boolean more;

    /** Whether there is an at sign outside of brackets. */
    private boolean sign;

    private MailAddresses(String text, int max) {
        this.text = text;
        this.max = max;
    }

    /**
     * What a field holds.
     *
     * @param addresses the first ones
     * @param more whether there were more than the bound
     */
    record Found(List<MailAddress> addresses, boolean more) {}

    static Found parse(String text, int max) {
        MailAddresses reader = new MailAddresses(text, max);
        reader.read();
        return new Found(List.copyOf(reader.found), reader.more);
    }

    private void read() {
        while (at < text.length() && !more) {
            char c = text.charAt(at++);
            switch (c) {
                case ',', ';' -> end();
                case ':' -> group();
                case '"' -> quoted();
                case '(' -> comment();
                case '<' -> angle();
                default -> {
                    sign |= c == '@';
                    bare.append(c);
                    name.append(c);
                }
            }
        }
        end();
    }

    /** What stands before a colon is a group's name, unless it is an address scheme or part of an address literal. */
    private void group() {
        if (sign || angle != null) {
            bare.append(':');
            name.append(':');
            return;
        }
        clear();
    }

    private void quoted() {
        bare.append('"');
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            if (c == '\\' && at < text.length()) {
                bare.append(c);
                c = text.charAt(at++);
            }
            bare.append(c);
            name.append(c);
        }
        bare.append('"');
    }

    private void comment() {
        int depth = 1;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                break;
            }
            if (comment.length() < MAX_ENCODED_NAME) {
                comment.append(c);
            }
        }
        bare.append(' ');
    }

    private void angle() {
        StringBuilder content = new StringBuilder();
        boolean quote = false;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                quote = !quote;
            } else if (!quote && (c == '>' || c == ';')) {
                break;
            } else if (!quote && Character.isWhitespace(c)) {
                continue;
            }
            content.append(c);
        }
        String inside = content.toString();
        // A route "@one,@two:" before the address says how the mail travelled in 1982.
        String address =
                inside.startsWith("@") && inside.indexOf(':') >= 0 ? inside.substring(inside.indexOf(':') + 1) : inside;
        if (angle == null) {
            angle = address;
        }
    }

    private void end() {
        if (angle != null) {
            add(angle, decoded(name));
        } else if (sign) {
            bareAddresses();
        }
        clear();
    }

    /** Without brackets: one address, perhaps with a name before it, or several with blanks between. */
    private void bareAddresses() {
        String joined = bare.toString().strip();
        if (joined.startsWith("\"")) {
            add(joined, decoded(comment));
            return;
        }
        // Once for all of them: there may be a thousand.
        String aside = decoded(comment);
        StringBuilder before = new StringBuilder();
        String[] words = joined.split("\\s+", -1);
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            // "alice @ example.com", with or without one of the blanks.
            while (i + 1 < words.length
                    && word.length() <= MAX_ADDRESS
                    && (word.endsWith("@") || words[i + 1].startsWith("@"))) {
                word += words[++i];
            }
            if (word.indexOf('@') < 0) {
                before.append(word).append(' ');
                continue;
            }
            add(word, before.isEmpty() ? aside : decoded(before));
            before.setLength(0);
        }
    }

    private void add(String address, String name) {
        int sign = address.lastIndexOf('@');
        if (sign < 1 || sign == address.length() - 1 || address.length() > MAX_ADDRESS) {
            return;
        }
        String local = address.substring(0, sign);
        String domain = address.substring(sign + 1).toLowerCase(Locale.ROOT);
        boolean quoted = local.length() > 2 && local.startsWith("\"") && local.endsWith("\"");
        if (address.chars().anyMatch(Character::isISOControl)
                || domain.chars().anyMatch(c -> Character.isWhitespace(c) || "<>()\",;\\".indexOf(c) >= 0)
                || (!quoted && local.chars().anyMatch(c -> Character.isWhitespace(c) || "<>()\",;@".indexOf(c) >= 0))) {
            return;
        }
        if (found.size() == max) {
            more = true;
            return;
        }
        found.add(new MailAddress(local + "@" + domain, name));
    }

    private static String decoded(StringBuilder name) {
        String decoded = EncodedWords.decode(name.substring(0, Math.min(name.length(), MAX_ENCODED_NAME)))
                .strip();
        return decoded.length() > MAX_NAME ? decoded.substring(0, MAX_NAME) : decoded;
    }

    private void clear() {
        bare.setLength(0);
        name.setLength(0);
        comment.setLength(0);
        angle = null;
        sign = false;
    }
}
