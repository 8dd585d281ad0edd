package io.waybill.contracts;

/** Limits of the texts that may stand in a pointer. */
final class Text {
    private Text() {}

    /** Printable ASCII without blanks, at most {@code max} characters; null is allowed. */
    static void requireToken(String field, String value, int max) {
        if (value == null) {
            return;
        }
        if (value.isEmpty() || value.length() > max || !value.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException(field + " must be 1 to " + max + " printable characters without blanks");
        }
    }

    /** Any text without control characters and half characters, which UTF-8 cannot say; 1 to {@code max} characters. */
    static void requireText(String field, String value, int max) {
        if (value == null
                || value.isEmpty()
                || value.length() > max
                || value.codePoints().anyMatch(c -> Character.isISOControl(c) || isHalf(c))) {
            throw new IllegalArgumentException(
                    field + " must be 1 to " + max + " characters without control characters");
        }
    }

    private static boolean isHalf(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }
}
