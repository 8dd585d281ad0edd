package io.waybill.contracts;

import java.util.List;

/**
 * A message in a Microsoft 365 mailbox.
 *
 * @param subscriptionId the Graph subscription that announced it; null where listing found it
 * @param messageId the immutable Graph id (asked for with {@code Prefer: IdType="ImmutableId"}); case matters
 * @param changeType what Graph said happened, {@code created} in practice; null where listing found it
 */
public record MicrosoftPointer(String subscriptionId, String messageId, String changeType) implements MessagePointer {
    /** Graph's own have 36 characters. */
    public static final int MAX_SUBSCRIPTION_ID = 64;

    /** The longest that Graph has is {@code created}. */
    public static final int MAX_CHANGE_TYPE = 16;

    private static final int MAX_ID = 512;

    public MicrosoftPointer {
        if (!isId(messageId)) {
            throw new IllegalArgumentException("messageId must match [A-Za-z0-9_\\-=+/]{1," + MAX_ID + "}");
        }
        Text.requireToken("subscriptionId", subscriptionId, MAX_SUBSCRIPTION_ID);
        Text.requireToken("changeType", changeType, MAX_CHANGE_TYPE);
    }

    private static boolean isId(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_ID) {
            return false;
        }
        // By hand: some 150 characters, and a pattern was a twelfth of what the ingress does for a notification.
        for (int i = 0; i < text.length(); i++) {
            if (!isOfId(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfId(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '='
                || c == '+'
                || c == '/';
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
