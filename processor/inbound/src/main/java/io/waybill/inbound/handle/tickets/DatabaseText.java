package io.waybill.inbound.handle.tickets;

/** Texts as PostgreSQL takes them. */
final class DatabaseText {
    private DatabaseText() {}

    /** At most {@code max} characters, without U+0000 and halves of surrogate pairs, which cannot be stored. */
    static String clean(String text, int max) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), max));
        for (int i = 0; i < text.length() && clean.length() < max; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                if (clean.length() + 2 > max) {
                    break;
                }
                clean.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c)) {
                clean.append('\uFFFD');
            } else if (c != 0) {
                clean.append(c);
            }
        }
        return clean.toString();
    }
}
