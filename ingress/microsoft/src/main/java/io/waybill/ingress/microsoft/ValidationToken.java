package io.waybill.ingress.microsoft;

import io.micronaut.core.annotation.Nullable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The word that Graph wants to hear again before it makes a subscription. It comes while the subscription is being made, so nothing
 * may be looked up for the answer.
 *
 * @param text decoded once; null where it is none that Graph would send
 * @see <a href="https://learn.microsoft.com/graph/change-notifications-delivery-webhooks">notificationUrl validation</a>
 */
record ValidationToken(@Nullable String text) {
    /** Graph's own have some hundred bytes. */
    static final int MAX_BYTES = 4096;

    private static final String NAME = "validationToken";

    /** The token in the query as it was sent; empty where the request is no handshake. */
    static Optional<ValidationToken> in(@Nullable String rawQuery) {
        if (rawQuery == null) {
            return Optional.empty();
        }
        List<String> given = Arrays.stream(rawQuery.split("&"))
                .filter(parameter -> parameter.split("=", 2)[0].equals(NAME))
                .toList();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        // Given twice, two readers might each take another one.
        String encoded = given.size() == 1 && given.getFirst().length() > NAME.length()
                ? given.getFirst().substring(NAME.length() + 1)
                : "";
        return Optional.of(new ValidationToken(decode(encoded)));
    }

    @Nullable
    private static String decode(String encoded) {
        try {
            // As of a form: a plus is a blank.
            String text = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
            boolean fits = !text.isEmpty() && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
            return fits && text.codePoints().allMatch(ValidationToken::isHarmless) ? text : null;
        } catch (IllegalArgumentException brokenEscape) {
            return null;
        }
    }

    /** No markup, which a browser could take for a page of ours; U+FFFD stands for bytes that are not UTF-8. */
    private static boolean isHarmless(int c) {
        return c != '<' && c != '>' && c != 0xFFFD && !Character.isISOControl(c);
    }
}
