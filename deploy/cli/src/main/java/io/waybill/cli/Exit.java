package io.waybill.cli;

/** The exit codes, a promise to scripts. */
public final class Exit {
    /** Done; also where nothing matched. */
    public static final int DONE = 0;

    /** Not done, or only partly. */
    public static final int INCOMPLETE = 1;

    /** Wrong usage or configuration: the same command line will fail again. */
    public static final int USAGE = 2;

    /** Interrupted by the user. */
    public static final int INTERRUPTED = 130;

    private Exit() {}
}
