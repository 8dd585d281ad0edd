package io.waybill.contracts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The marks by which a mail says that it belongs to a ticket of a mailbox, and that we said so first. Made for what is sent, read in
 * what comes back:
 *
 * <ul>
 *   <li>the reply address {@code local+t.<ticket>.<mac>@domain}
 *   <li>the Message-ID {@code t.<ticket>.<nonce>.<mac>@domain}
 * </ul>
 *
 * <p>The MAC is HMAC-SHA-256 under the install key over tenant, mailbox, ticket and nonce, cut to 80 bits: whoever was sent such a mark
 * can use it, and nobody can make one up. Base32 in lower case, since addresses are typed and lower-cased on their way; read in any
 * case. Domain and local part do not count, for relays rewrite them.
 */
public final class OwnMail {
    /** The field that stands in every mail of ours, so that a loop is seen by the first of us that it reaches. */
    public static final String LOOP_HEADER = "X-Waybill-Loop";

    static final int MAC_LENGTH = 16;

    /** RFC 5321, 4.5.3.1.1. */
    private static final int MAX_LOCAL_PART = 64;

    private static final String TICKET = "t\\.([1-9][0-9]{0,17})\\.";
    private static final String WORD = "([a-z2-7]{16})";
    private static final Pattern ADDRESS = Pattern.compile("\\+" + TICKET + WORD + "@", Pattern.CASE_INSENSITIVE);
    private static final Pattern MESSAGE_ID =
            Pattern.compile(TICKET + WORD + "\\." + WORD + "@.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final MailboxKey mailbox;
    private final List<InstallKey> live;

    /**
     * The marks of one mailbox.
     *
     * @param live as {@link InstallKey#live} gives them; without any nothing is made, and nothing recognised
     */
    public OwnMail(MailboxKey mailbox, List<InstallKey> live) {
        this.mailbox = mailbox;
        this.live = List.copyOf(live);
    }

    /** Where replies to a ticket go; empty without a key, or where the local part would be longer than RFC 5321 allows. */
    public Optional<String> replyAddress(String mailboxAddress, long ticket) {
        int sign = mailboxAddress.lastIndexOf('@');
        return live.stream()
                .findFirst()
                .map(key -> mailboxAddress.substring(0, sign) + "+t." + ticket + "."
                        + key.ownMailMac("address", mailbox, ticket, ""))
                .filter(local -> local.length() <= MAX_LOCAL_PART)
                .map(local -> local + mailboxAddress.substring(sign));
    }

    /** A new Message-ID, without brackets, for a mail of a ticket; empty without a key. */
    public Optional<String> messageId(long ticket, String domain) {
        String nonce = JobId.random().value().substring(0, MAC_LENGTH);
        return live.stream()
                .findFirst()
                .map(key -> "t." + ticket + "." + nonce + "." + key.ownMailMac("message-id", mailbox, ticket, nonce)
                        + "@" + domain);
    }

    /** Whether a text has the form of a mark. Proves nothing, and costs less than looking for the key. */
    public static boolean resembles(String text) {
        return ADDRESS.matcher(text).find() || MESSAGE_ID.matcher(text).matches();
    }

    /** The ticket of a reply address, or of a header field that holds one; empty where it is not ours. */
    public OptionalLong ticketOfAddress(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        return matcher.find() ? proven("address", matcher.group(1), "", matcher.group(2)) : OptionalLong.empty();
    }

    /** The ticket of a Message-ID without brackets; empty where it is not ours. */
    public OptionalLong ticketOfMessageId(String id) {
        Matcher matcher = MESSAGE_ID.matcher(id);
        return matcher.matches()
                ? proven("message-id", matcher.group(1), matcher.group(2), matcher.group(3))
                : OptionalLong.empty();
    }

    private OptionalLong proven(String mark, String digits, String nonce, String mac) {
        long ticket = Long.parseLong(digits);
        byte[] given = ascii(mac);
        boolean matched = false;
        for (InstallKey key : live) {
            String expected = key.ownMailMac(mark, mailbox, ticket, nonce.toLowerCase(Locale.ROOT));
            matched |= MessageDigest.isEqual(ascii(expected), given);
        }
        return matched ? OptionalLong.of(ticket) : OptionalLong.empty();
    }

    private static byte[] ascii(String text) {
        return text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    }
}
