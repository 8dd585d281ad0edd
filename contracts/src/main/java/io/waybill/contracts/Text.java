package io.waybill.contracts;

/** Limits of the texts that may stand in a pointer. */
public final class Text {
    private Text() {}

    /** Whether it is printable ASCII without blanks, 1 to {@code max} characters; null is not. */
    public static boolean isToken(String value, int max) {
        return value != null && !value.isEmpty() && value.length() <= max && isPrintable(value);
    }

    /** Such a token, or null. */
    static void requireToken(String field, String value, int max) {
        if (value != null && !isToken(value, max)) {
            throw new IllegalArgumentException(field + " must be 1 to " + max + " printable characters without blanks");
        }
    }

    /** Any text without control characters and half characters, which UTF-8 cannot say; 1 to {@code max} characters. */
    static void requireText(String field, String value, int max) {
        if (value == null || value.isEmpty() || value.length() > max || !isSayable(value)) {
            throw new IllegalArgumentException(
                    field + " must be 1 to " + max + " characters without control characters");
        }
    }

    private static boolean isPrintable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= 0x20 || c >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSayable(String value) {
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            if (Character.isISOControl(c) || isHalf(c)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    private static boolean isHalf(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }
}
