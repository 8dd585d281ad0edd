package io.waybill.inbound.handle;

/** The handlers cannot be used as they are configured. The message says what to do about it; the process does not start. */
public final class HandlerConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HandlerConfigurationException(String message) {
        super(message);
    }

    HandlerConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
