package io.waybill.inbound.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.mime4j.stream.NameValuePair;

/**
 * Parameters of a field, put together from their pieces and decoded by RFC 2231. Where a parameter is there both encoded and plain, the
 * encoded one counts: the plain one is for readers who cannot do better.
 */
final class Parameters {
    private static final Pattern NAME = Pattern.compile("([^*]+)(?:\\*(\\d{1,4}))?(\\*)?");

    /** Pieces by number, however they were sent. A piece that comes twice counts once, as the first says. */
    private final Map<String, TreeMap<Integer, Piece>> pieces = new HashMap<>();

    private final Map<String, String> plain = new HashMap<>();

    private record Piece(String value, boolean encoded) {}

    Parameters(List<NameValuePair> pairs) {
        for (NameValuePair pair : pairs) {
            if (pair.getName() != null && pair.getValue() != null) {
                add(pair.getName().strip().toLowerCase(Locale.ROOT), pair.getValue());
            }
        }
    }

    private void add(String name, String value) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return;
        }
        boolean encoded = matcher.group(3) != null;
        if (matcher.group(2) == null && !encoded) {
            plain.putIfAbsent(name, value);
            return;
        }
        int number = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        pieces.computeIfAbsent(matcher.group(1), _ -> new TreeMap<>()).putIfAbsent(number, new Piece(value, encoded));
    }

    /** The value; empty where there is none. */
    Optional<String> get(String name) {
        SortedMap<Integer, Piece> found = pieces.get(name);
        return found == null ? Optional.ofNullable(plain.get(name)) : Optional.of(join(found));
    }

    /** A character may begin in one piece and end in the next, so bytes are joined before they are read. */
    private static String join(SortedMap<Integer, Piece> pieces) {
        Optional<String> charset = Optional.empty();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StringBuilder joined = new StringBuilder();
        boolean first = true;
        for (Piece piece : pieces.values()) {
            String value = piece.value;
            if (piece.encoded && first) {
                String[] parts = value.split("'", 3);
                if (parts.length == 3) {
                    charset = Optional.of(parts[0]).filter(name -> !name.isBlank());
                    value = parts[2];
                }
            }
            first = false;
            if (piece.encoded) {
                unescape(value, bytes);
            } else {
                joined.append(MailCharsets.decode(bytes.toByteArray(), charset));
                bytes.reset();
                joined.append(value);
            }
        }
        return joined.append(MailCharsets.decode(bytes.toByteArray(), charset)).toString();
    }

    private static void unescape(String value, ByteArrayOutputStream bytes) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int high = c == '%' && i + 2 < value.length() ? Character.digit(value.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(value.charAt(i + 2), 16);
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
