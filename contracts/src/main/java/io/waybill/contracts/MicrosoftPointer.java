package io.waybill.contracts;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A message in a Microsoft 365 mailbox.
 *
 * @param subscriptionId the Graph subscription that announced it; null where listing found it
 * @param messageId the immutable Graph id (asked for with {@code Prefer: IdType="ImmutableId"}); case matters
 * @param changeType what Graph said happened, {@code created} in practice; null where listing found it
 */
public record MicrosoftPointer(String subscriptionId, String messageId, String changeType) implements MessagePointer {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_\\-=+/]{1,512}");

    public MicrosoftPointer {
        if (messageId == null || !ID.matcher(messageId).matches()) {
            throw new IllegalArgumentException("messageId must match " + ID.pattern());
        }
        Text.requireToken("subscriptionId", subscriptionId, 64);
        Text.requireToken("changeType", changeType, 16);
    }

    @Override
    public Provider provider() {
        return Provider.MICROSOFT;
    }

    @Override
    public List<String> identity() {
        return List.of(messageId);
    }
}
