package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Who holds the mail. The token is part of every job id and never changes. */
public enum Provider {
    MICROSOFT,
    GOOGLE,
    IMAP;

    /** {@code microsoft}, {@code google} or {@code imap}. */
    @JsonValue
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }
}
