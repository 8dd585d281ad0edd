package io.waybill.cli.mailboxes;

/**
 * One mistake in a file. Says where it is and what is wanted there, and never what stands there: that may be a secret.
 *
 * @param file as named on the command line
 * @param line from 1
 * @param column from 1
 * @param field such as {@code mailboxes[0].imap.port}; empty where the mistake is not in a field
 * @param problem what is wrong, to be read after the field
 * @param wanted what to write instead; empty where the problem says it
 */
public record Mistake(String file, int line, int column, String field, String problem, String wanted) {
    /** One line of text, in the form that editors make a link of. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + (field.isEmpty() ? "" : field + " ") + problem
                + (wanted.isEmpty() ? "" : "; wanted: " + wanted);
    }
}
