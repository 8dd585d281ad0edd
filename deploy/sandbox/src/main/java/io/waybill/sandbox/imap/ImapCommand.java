package io.waybill.sandbox.imap;

import java.util.List;

/**
 * A command as the client sent it.
 *
 * @param tag what its answer repeats
 * @param name in upper case, without {@code UID}
 * @param byUid whether {@code UID} stood before it
 * @param arguments strings and, for what stood in parentheses, lists
 */
record ImapCommand(String tag, String name, boolean byUid, List<Object> arguments) {
    /** An argument that must be a string. */
    String text(int index) {
        if (index < arguments.size() && arguments.get(index) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("argument " + (index + 1) + " is missing");
    }

    /** An argument as a list: what stood in parentheses, or the one string. */
    List<Object> list(int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException("argument " + (index + 1) + " is missing");
        }
        return listOf(arguments.get(index));
    }

    static List<Object> listOf(Object argument) {
        return argument instanceof List<?> list ? List.copyOf(list) : List.of(argument);
    }

    /** For the log: names what was asked, never a password or a mail. */
    String summary() {
        return switch (name) {
            case "AUTHENTICATE", "LOGIN" -> name + " " + (arguments.isEmpty() ? "" : arguments.getFirst());
            case "APPEND" -> "APPEND " + (arguments.isEmpty() ? "" : arguments.getFirst());
            default -> ((byUid ? "UID " : "") + name + " " + words(arguments)).strip();
        };
    }

    private static String words(List<?> arguments) {
        StringBuilder words = new StringBuilder();
        for (Object each : arguments) {
            words.append(words.isEmpty() ? "" : " ")
                    .append(each instanceof List<?> list ? "(" + words(list) + ")" : each);
        }
        return words.toString();
    }
}
