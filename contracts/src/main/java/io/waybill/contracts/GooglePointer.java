package io.waybill.contracts;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A message in a Gmail mailbox.
 *
 * @param messageId Gmail's message id, lower-case hexadecimal
 */
public record GooglePointer(String messageId) implements MessagePointer {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{1,32}");

    public GooglePointer {
        if (messageId == null || !ID.matcher(messageId).matches()) {
            throw new IllegalArgumentException("messageId must match " + ID.pattern());
        }
    }

    @Override
    public Provider provider() {
        return Provider.GOOGLE;
    }

    @Override
    public List<String> identity() {
        return List.of(messageId);
    }
}
