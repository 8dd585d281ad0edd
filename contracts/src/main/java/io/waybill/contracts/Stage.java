package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where in a job's life something happened. */
public enum Stage {
    /** Bytes to pointer job. */
    DECODE,
    /** Mailbox looked up, credentials resolved. */
    RESOLVE,
    /** Content read from the source. */
    FETCH,
    /** Content parsed. */
    PARSE,
    /** A handler ran. */
    HANDLE,
    /** A mailbox was listed from its cursor. */
    LIST;

    /** The word on the wire. */
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
