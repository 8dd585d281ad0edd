package io.waybill.cli;

/**
 * Why a verb cannot go on, for the person who typed it: what is wrong, where, and what to do. Ends the command with its exit code
 * and no stack trace.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String where;
    private final String remedy;

    private Problem(int exitCode, String what, String where, String remedy) {
        super(what, null, false, false);
        this.exitCode = exitCode;
        this.where = where;
        this.remedy = remedy;
    }

    /** Wrong usage or configuration: exit code 2. {@code where} may be empty. */
    public static Problem usage(String what, String where, String remedy) {
        return new Problem(Exit.USAGE, what, where, remedy);
    }

    /** It could not be done, or not wholly: exit code 1. {@code where} may be empty. */
    public static Problem incomplete(String what, String where, String remedy) {
        return new Problem(Exit.INCOMPLETE, what, where, remedy);
    }

    public int exitCode() {
        return exitCode;
    }

    /** File and line, address or option; may be empty. */
    public String where() {
        return where;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
