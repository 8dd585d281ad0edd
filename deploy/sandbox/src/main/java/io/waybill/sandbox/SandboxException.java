package io.waybill.sandbox;

/** A part of the sandbox could not be started. The message names the cause; {@link #wayOut()} says what the user can do. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String wayOut;

    public SandboxException(String message, String wayOut) {
        super(message);
        this.wayOut = wayOut;
    }

    public SandboxException(String message, String wayOut, Throwable cause) {
        super(message, cause);
        this.wayOut = wayOut;
    }

    /** One sentence: what to do about it. */
    public String wayOut() {
        return wayOut;
    }
}
