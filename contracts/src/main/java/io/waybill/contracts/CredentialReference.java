package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Where a credential is: {@code env:WAYBILL_SECRET_…} or {@code file:NAME} below the operator's secrets directory. A mailbox entry can
 * name nothing else of the machine, and never holds the credential itself.
 *
 * @param value the reference as written
 */
public record CredentialReference(@JsonValue String value) {
    private static final Pattern FORM =
            Pattern.compile("env:WAYBILL_SECRET_[A-Z0-9_]{1,100}|file:[A-Za-z0-9][A-Za-z0-9._-]{0,100}");

    @JsonCreator
    public CredentialReference {
        if (!isReference(value)) {
            throw new IllegalArgumentException(
                    "a credential is named as env:WAYBILL_SECRET_<NAME> or file:<NAME in the secrets directory>");
        }
    }

    /** Whether the text has the form of a reference. */
    public static boolean isReference(String text) {
        return text != null && FORM.matcher(text).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
