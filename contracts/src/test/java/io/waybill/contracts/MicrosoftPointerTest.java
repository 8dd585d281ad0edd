package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;

class MicrosoftPointerTest {
    private static final String ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-=+/";

    @Test
    void messageId_mayHaveWhatGraphsHave() {
        String longest = ALLOWED + "A".repeat(512 - ALLOWED.length());
        assertEquals(longest, new MicrosoftPointer(null, longest, null).messageId());
    }

    static Stream<String> others() {
        return Stream.concat(
                Stream.of("A".repeat(513)),
                Stream.iterate(0, c -> c < 0x180, c -> c + 1)
                        .map(Character::toString)
                        .filter(c -> !ALLOWED.contains(c))
                        .flatMap(c -> Stream.of(c, "AAMk" + c + "=", "AAMk=" + c)));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @MethodSource("others")
    void messageId_anythingElse_isRefused(String id) {
        assertThrows(IllegalArgumentException.class, () -> new MicrosoftPointer(null, id, null));
    }
}
