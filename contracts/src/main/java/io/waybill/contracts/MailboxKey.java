package io.waybill.contracts;

import java.nio.charset.StandardCharsets;

/**
 * Names one mailbox of one tenant. Its text {@code tenant/mailbox} is the key of every pointer record, so that a mailbox lives on
 * one partition and its throttle, cursor and connections belong to one Streams task.
 *
 * @param tenant 1 to 63 characters of {@code a-z 0-9 . _ -}, the first a letter or digit
 * @param mailbox as {@code tenant}
 */
public record MailboxKey(String tenant, String mailbox) implements Comparable<MailboxKey> {
    private static final int MAX_LENGTH = 63;

    public MailboxKey {
        if (!isName(tenant) || !isName(mailbox)) {
            throw new IllegalArgumentException("tenant and mailbox must match [a-z0-9][a-z0-9._-]{0,62}");
        }
    }

    /** Whether the text may stand as a tenant's or a mailbox's name. */
    public static boolean isName(String text) {
        if (text == null || text.isEmpty() || text.length() > MAX_LENGTH || !isLetterOrDigit(text.charAt(0))) {
            return false;
        }
        // By hand: every record asks this many times, and a pattern was a tenth of what a job costs.
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /** Reads {@code tenant/mailbox}; throws IllegalArgumentException for anything else. */
    public static MailboxKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("a mailbox is named tenant/mailbox");
        }
        return new MailboxKey(text.substring(0, slash), text.substring(slash + 1));
    }

    /** The record key. */
    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(MailboxKey other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return tenant + "/" + mailbox;
    }
}
