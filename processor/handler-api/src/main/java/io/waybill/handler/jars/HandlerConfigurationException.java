package io.waybill.handler.jars;

/** The handlers cannot be used as they are. The message names the jar or the handler, the cause, and what to do about it. */
public final class HandlerConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HandlerConfigurationException(String message) {
        super(message);
    }

    public HandlerConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
