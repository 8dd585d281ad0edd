package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import io.waybill.sources.imap.BoundedProtocol.AnswerTooLong;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.iap.BadCommandException;
import org.eclipse.angus.mail.iap.ByteArray;
import org.eclipse.angus.mail.iap.CommandFailedException;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.imap.protocol.BODY;
import org.eclipse.angus.mail.imap.protocol.FetchResponse;
import org.eclipse.angus.mail.imap.protocol.IMAPResponse;
import org.eclipse.angus.mail.imap.protocol.ListInfo;
import org.eclipse.angus.mail.imap.protocol.MailboxInfo;
import org.eclipse.angus.mail.imap.protocol.UID;

/**
 * One connection that is logged in: the few commands that Waybill sends, none of which changes anything. Messages are named by UID
 * alone; sequence numbers shift. For one thread at a time; {@link #abort} may be called by any. After an {@link ImapException} only
 * closing is left.
 */
public final class ImapSession implements AutoCloseable {
    /** A UID in an answer has at most ten digits and a blank; {@link ImapListing} asks for ranges that fit. */
    private static final long SEARCH_BYTES = 16 * 1024 * 1024;

    /** Of some 100,000 UIDs. A listener who misses more connects again, and has the folder listed. */
    private static final long NEWS_BYTES = 1024 * 1024;

    /** What surrounds a piece of a message in an answer, and unasked news in between. */
    private static final long SLACK = 64 * 1024;

    private static final long MAX_UID = 0xFFFF_FFFFL;

    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final BoundedProtocol protocol;
    private final KeptSocket socket;
    private final ImapSettings settings;

    ImapSession(BoundedProtocol protocol, KeptSocket socket, ImapSettings settings) {
        this.protocol = protocol;
        this.socket = socket;
        this.settings = settings;
    }

    /**
     * A folder as EXAMINE describes it.
     *
     * @param uidValidity the epoch of its UIDs
     * @param uidNext a bound below the next UID, 0 where the server does not tell
     */
    public record Examined(long uidValidity, long uidNext) {}

    /**
     * A folder of the account as LIST names it.
     *
     * @param attributes such as {@code \All} and {@code \Trash} (RFC 6154)
     */
    record Listed(String name, Set<String> attributes) {
        boolean is(String attribute) {
            return attributes.stream().anyMatch(attribute::equalsIgnoreCase);
        }
    }

    /** What came of opening a folder for looking around in. */
    sealed interface Opening {
        /**
         * It is open.
         *
         * @param uidValidity 0 where the server does not tell
         * @param messages how many it has
         */
        record Opened(long uidValidity, long messages) implements Opening {}

        /**
         * The server does not open it.
         *
         * @param forGood whether it says that it never will: it is not ours, or not there
         */
        record Closed(boolean forGood) implements Opening {}
    }

    /**
     * What is known of a message without reading it.
     *
     * @param size in bytes, as the server says
     */
    record Described(long uid, long size, Instant internalDate) {}

    /** Opens a folder for reading; nothing in it can be changed over this connection then. */
    public Examined examine(String folder) throws ImapException {
        Optional<MailboxInfo> info = speak("EXAMINE", () -> {
            try {
                return Optional.of(protocol.examine(folder));
            } catch (CommandFailedException | BadCommandException no) {
                if (isMissing(folder)) {
                    return Optional.empty();
                }
                throw no;
            }
        });
        if (info.isEmpty()) {
            // The tenant renamed or deleted it: retrying does not help, and a skip would lose what was moved along with
            // it. Parked,
            // everything goes on by itself once the folder is back or the mailbox is configured anew.
            throw new ImapException(FailureCode.MAILBOX_GONE, "there is no folder " + folder);
        }
        long uidValidity = info.get().uidvalidity;
        if (uidValidity < 1 || uidValidity > MAX_UID) {
            throw ServerAnswers.error("the server gives folder " + folder + " no UIDVALIDITY");
        }
        return new Examined(uidValidity, Math.clamp(info.get().uidnext, 0, MAX_UID));
    }

    /** All folders of the account that can be opened, in the order of their names. */
    List<Listed> folders() throws ImapException {
        ListInfo[] listed = speak("LIST", () -> protocol.list("", "*"));
        return listed == null
                ? List.of()
                : Arrays.stream(listed)
                        .filter(ImapSession::canBeOpened)
                        .map(folder -> new Listed(folder.name, Set.copyOf(Arrays.asList(folder.attrs))))
                        .sorted(Comparator.comparing(Listed::name))
                        .toList();
    }

    /** Opens a folder for reading; throws where the server asks to come back later. */
    Opening open(String folder) throws ImapException {
        return speak("EXAMINE", () -> {
            try {
                MailboxInfo info = protocol.examine(folder);
                return new Opening.Opened(Math.clamp(info.uidvalidity, 0, MAX_UID), Math.max(0, info.total));
            } catch (CommandFailedException | BadCommandException no) {
                if (ServerAnswers.isThrottled(no)) {
                    throw no;
                }
                return new Opening.Closed(ServerAnswers.isForGood(no));
            }
        });
    }

    /** The UIDs of the newest messages in the open folder, ascending. */
    List<Long> newest(Opening.Opened folder, int count) throws ImapException {
        if (folder.messages() == 0) {
            return List.of();
        }
        // By sequence number for once, and at once: what is expunged meanwhile shifts the window by as much. FETCH,
        // since
        // not every
        // server can SEARCH by them.
        List<Long> newest = new ArrayList<>();
        for (Response response :
                command("FETCH " + Math.max(1, folder.messages() - count + 1) + ":* (UID)", SEARCH_BYTES)) {
            UID uid = response instanceof FetchResponse fetched ? fetched.getItem(UID.class) : null;
            if (uid != null) {
                newest.add(uid.uid);
            }
        }
        return newest.stream().distinct().sorted().toList();
    }

    /** The Message-IDs of messages in the open folder, by UID; a message without one is left out. */
    Map<Long, String> messageIds(Collection<Long> uids) throws ImapException {
        return messageIds(uids, command(messageIdsOf(uids), SEARCH_BYTES));
    }

    /** The same for who can do without: empty where the server refuses the question. */
    Map<Long, String> messageIdsIfWilling(Collection<Long> uids) throws ImapException {
        return messageIds(
                uids, commandIfWilling(messageIdsOf(uids), SEARCH_BYTES, no -> !ServerAnswers.isThrottled(no)));
    }

    private static String messageIdsOf(Collection<Long> uids) {
        String set = uids.stream().map(String::valueOf).collect(Collectors.joining(","));
        return "UID FETCH " + set + " (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0." + MessageIdField.MAX_BYTES + ">)";
    }

    private static Map<Long, String> messageIds(Collection<Long> uids, Response[] responses) {
        Set<Long> asked = Set.copyOf(uids);
        Map<Long, String> ids = new HashMap<>();
        for (Response response : responses) {
            if (response instanceof FetchResponse fetched) {
                UID uid = fetched.getItem(UID.class);
                BODY header = fetched.getItem(BODY.class);
                if (uid != null && asked.contains(uid.uid) && header != null && header.getByteArray() != null) {
                    MessageIdField.read(header.getByteArray()).ifPresent(id -> ids.put(uid.uid, id));
                }
            }
        }
        return ids;
    }

    /** UIDs in the open folder that meet a criterion of RFC 9051, 6.4.4; in ascending order. */
    List<Long> search(String criteria) throws ImapException {
        return search(criteria, SEARCH_BYTES);
    }

    /** The same for who expects a few: there are thousands of listeners, and the answers of all of them lie in one memory. */
    public List<Long> searchNews(String criteria) throws ImapException {
        return search(criteria, NEWS_BYTES);
    }

    private List<Long> search(String criteria, long maxBytes) throws ImapException {
        // What was announced before is found by this search; what is announced from here on may not be.
        protocol.takeArrived();
        Response[] responses = command("UID SEARCH " + criteria, maxBytes);
        List<Long> found = new ArrayList<>();
        for (Response response : responses) {
            if (response instanceof IMAPResponse answer && answer.keyEquals("SEARCH")) {
                for (long uid = answer.readLong(); uid >= 0; uid = answer.readLong()) {
                    found.add(uid);
                }
            }
        }
        return found.stream()
                .filter(uid -> uid >= 1 && uid <= MAX_UID)
                .distinct()
                .sorted()
                .toList();
    }

    /** Sizes and dates of the messages that exist, by UID. */
    Map<Long, Described> describe(Collection<Long> uids) throws ImapException {
        return described(uids, command(describing(uids), SEARCH_BYTES));
    }

    /** As {@link #describe}; empty where the server says NO or BAD, which it may do for the sake of one message among them. */
    Optional<Map<Long, Described>> describeIfWilling(Collection<Long> uids) throws ImapException {
        Response[] responses = commandIfWilling(
                describing(uids),
                SEARCH_BYTES,
                no -> ServerAnswers.command("", no).code() == FailureCode.SOURCE_ERROR);
        return responses.length == 0 ? Optional.empty() : Optional.of(described(uids, responses));
    }

    private static String describing(Collection<Long> uids) {
        String set = uids.stream().map(String::valueOf).collect(Collectors.joining(","));
        return "UID FETCH " + set + " (UID RFC822.SIZE INTERNALDATE)";
    }

    private static Map<Long, Described> described(Collection<Long> uids, Response[] responses) throws ImapException {
        Descriptions descriptions = new Descriptions();
        for (Response response : responses) {
            descriptions.add(response);
        }
        Map<Long, Described> described = descriptions.all();
        // News about other messages may come in between, but not an answer to what was not asked.
        if (!uids.containsAll(described.keySet())) {
            throw ServerAnswers.error("the server described another message than the one asked for");
        }
        return described;
    }

    /**
     * Reads a message, or a piece of it, without marking it as read; empty where it does not exist.
     *
     * @param offset where the piece begins
     * @param length the largest piece that is wanted; the whole message where {@code offset} is negative
     * @param largest what the server may send at most
     */
    Optional<ByteArray> read(long uid, long offset, int length, long largest) throws ImapException {
        String piece = offset < 0 ? "" : "<" + offset + "." + length + ">";
        for (Response response :
                command("UID FETCH " + uid + " (UID BODY.PEEK[]" + piece + ")", Math.addExact(largest, SLACK))) {
            if (!(response instanceof FetchResponse fetched) || fetched.getItem(BODY.class) == null) {
                continue;
            }
            UID answered = fetched.getItem(UID.class);
            BODY body = fetched.getItem(BODY.class);
            if (answered == null || answered.uid != uid) {
                throw ServerAnswers.error("the server sent another message than the one asked for");
            }
            if (offset > 0 && body.getOrigin() != offset) {
                throw ServerAnswers.error("the server sent another piece of the message than the one asked for");
            }
            return Optional.of(body.getByteArray() == null ? new ByteArray(0) : body.getByteArray());
        }
        return Optional.empty();
    }

    /** Whether the server can say by itself that something came. */
    public boolean canIdle() {
        return protocol.hasCapability("IDLE");
    }

    /** How IDLE ended. */
    public enum Idle {
        /** The server said something about the folder. */
        NEWS,
        /** It was silent for as long as allowed, and still answers. */
        SILENCE,
        /** It announces IDLE and refuses it. */
        UNWILLING
    }

    /**
     * Waits in the open folder until the server says something; afterwards the connection is known to live. Does not wait where the
     * server has said since the last search that messages came: a server says it once, in whatever it answers next.
     */
    public Idle idle(Duration atMost) throws ImapException {
        if (protocol.takeArrived()) {
            return Idle.NEWS;
        }
        return speak("IDLE", () -> {
            protocol.renew();
            String tag = protocol.writeCommand("IDLE", null);
            for (Response answer = next(); !answer.isContinuation(); answer = next()) {
                if (isTagged(answer, tag)) {
                    return Idle.UNWILLING;
                }
            }
            Idle how = protocol.takeArrived() ? Idle.NEWS : waitForNews(atMost);
            protocol.renew();
            protocol.idleAbort();
            for (Response answer = next(); !isTagged(answer, tag); answer = next()) {
                how = keepsAlive(answer) ? how : Idle.NEWS;
            }
            return how;
        });
    }

    private Idle waitForNews(Duration atMost) throws IOException, ProtocolException, ImapException {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            // What keeps the line open every two minutes must not put off the end: the socket only knows how long ago
            // anything came.
            for (long left = atMost.toNanos(); left > 0; left = end - System.nanoTime()) {
                socket.readTimeout(Duration.ofNanos(left));
                if (!keepsAlive(next())) {
                    return Idle.NEWS;
                }
            }
            return Idle.SILENCE;
        } catch (SocketTimeoutException silence) {
            return Idle.SILENCE;
        } finally {
            socket.readTimeout(settings.readTimeout());
        }
    }

    private Response next() throws IOException, ProtocolException, ImapException {
        Response answer = protocol.readResponse();
        if (answer.isBYE()) {
            throw ServerAnswers.unreachable("the server closed the connection (BYE)");
        }
        return answer;
    }

    /** "* OK Still here" keeps the line open and says nothing. */
    private static boolean keepsAlive(Response answer) {
        return answer.isUnTagged() && answer.isOK();
    }

    private static boolean isTagged(Response answer, String tag) {
        return answer.isTagged() && tag.equals(answer.getTag());
    }

    /** Breaks the connection from any thread; whoever waits on it gets an {@link ImapException} at once. */
    public void abort() {
        socket.close();
    }

    /** Says goodbye and waits a moment until the server has closed the connection too: it counts them. */
    @Override
    public void close() {
        try {
            socket.readTimeout(FAREWELL);
            protocol.command("LOGOUT", null);
            while (true) {
                protocol.readResponse();
            }
        } catch (IOException | ProtocolException closed) {
            protocol.disconnect();
        } finally {
            socket.close();
        }
    }

    /** Nothing where the server says NO or BAD, and that may be borne. */
    private Response[] commandIfWilling(String command, long maxBytes, Predicate<ProtocolException> borne)
            throws ImapException {
        return speak("UID FETCH", () -> {
            try {
                return checked("UID FETCH", protocol.command(command, maxBytes));
            } catch (CommandFailedException | BadCommandException unwilling) {
                if (!borne.test(unwilling)) {
                    throw unwilling;
                }
                return new Response[0];
            }
        });
    }

    private Response[] checked(String name, Response[] responses) throws ProtocolException, ImapException {
        Response last = responses[responses.length - 1];
        if (last.getException() instanceof AnswerTooLong tooLong) {
            // The rest of it may still come. Whoever makes an answer of this failure must not hand on a connection
            // where the bytes of a mail are taken for what the server says next.
            socket.close();
            throw new AnswerBeyondBounds(name, tooLong.bytes());
        }
        protocol.handleResult(last);
        return responses;
    }

    private Response[] command(String command, long maxBytes) throws ImapException {
        String name = command.startsWith("UID SEARCH") ? "UID SEARCH" : "UID FETCH";
        return speak(name, () -> checked(name, protocol.command(command, maxBytes)));
    }

    /** EXAMINE says NO for many reasons; only a folder that is not in the list is really not there. */
    private boolean isMissing(String folder) throws ProtocolException {
        try {
            ListInfo[] listed = protocol.list("", folder);
            return listed == null || Arrays.stream(listed).noneMatch(ImapSession::canBeOpened);
        } catch (CommandFailedException | BadCommandException unwilling) {
            return false;
        }
    }

    private static boolean canBeOpened(ListInfo folder) {
        return folder.canOpen && Arrays.stream(folder.attrs).noneMatch("\\NonExistent"::equalsIgnoreCase);
    }

    /** One exchange with the server; everything that goes wrong in it is put into our words here. */
    private static <T> T speak(String command, Exchange<T> exchange) throws ImapException {
        try {
            return exchange.run();
        } catch (IOException failed) {
            throw ServerAnswers.connection(command, failed);
        } catch (ProtocolException failed) {
            throw ServerAnswers.command(command, failed);
        } catch (IndexOutOfBoundsException | NullPointerException | IllegalArgumentException nonsense) {
            // How the parser fails on answers that nobody thought of.
            throw ServerAnswers.error("the server's answer to " + command + " could not be read");
        }
    }

    @FunctionalInterface
    private interface Exchange<T> {
        T run() throws IOException, ProtocolException, ImapException;
    }
}
