package io.waybill.sources.gmail;

import java.util.Optional;

/**
 * A point in the history of a mailbox: it grows with each change, with gaps.
 *
 * @param bits an unsigned number of 64 bits
 */
record HistoryId(long bits) {
    /** Empty where the text is no such number. */
    static Optional<HistoryId> parse(String text) {
        try {
            return text.matches("[0-9]{1,20}")
                    ? Optional.of(new HistoryId(Long.parseUnsignedLong(text)))
                    : Optional.empty();
        } catch (NumberFormatException beyond64Bits) {
            return Optional.empty();
        }
    }

    boolean isBeyond(HistoryId other) {
        return Long.compareUnsigned(bits, other.bits) > 0;
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(bits);
    }
}
