package io.waybill.sandbox.gmail;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Ids that look like Gmail's: sixteen hexadecimal digits, of which the first ones are the time. Not to be shared by threads. */
final class MessageIds {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{1,16}");
    private static final int RANDOM_BITS = 20;

    private long last;

    /** Above all before, also of a mailbox of the same user that this one replaces. */
    String next() {
        long random = ThreadLocalRandom.current().nextLong(1L << RANDOM_BITS);
        last = Math.max(last + 1, (System.currentTimeMillis() << RANDOM_BITS) + random);
        return String.format("%016x", last);
    }

    /** Whether it could be a message's id at all. */
    static boolean isWellFormed(String id) {
        return SHAPE.matcher(id).matches();
    }
}
