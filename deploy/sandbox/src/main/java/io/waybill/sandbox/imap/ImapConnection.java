package io.waybill.sandbox.imap;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One client: reads its commands one after another and answers them, well or as the faults want it. */
final class ImapConnection implements Runnable {
    private static final Pattern XOAUTH2 = Pattern.compile("user=([^\\x01]*)\\x01auth=Bearer ([^\\x01]*)\\x01\\x01");

    private final FaultyImapServer server;
    private final Socket socket;
    private final OutputStream out;
    private final ImapCommandReader commands;
    // Guards what is written and the view: a mail that arrives is told to an idling client by the thread that brought
    // it.
    private final ReentrantLock lock = new ReentrantLock();
    private final Runnable onChange = this::mailboxChanged;
    private List<Long> view = List.of();
    private ImapMailbox mailbox;
    private ImapAccount account;
    private boolean readOnly;
    private boolean idling;
    private int idles;
    private volatile boolean silent;

    ImapConnection(FaultyImapServer server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.out = new BufferedOutputStream(socket.getOutputStream());
        this.commands = new ImapCommandReader(new BufferedInputStream(socket.getInputStream()), () -> send("+ go on"));
    }

    @Override
    public void run() {
        try (socket) {
            if (greet()) {
                while (!socket.isClosed()) {
                    serve(commands.read());
                }
            }
        } catch (IOException | RuntimeException gone) {
            // The client went, or a fault closed the connection, or the client does not speak IMAP.
        } finally {
            deselect();
            server.closed(this);
        }
    }

    /** Nothing is said any more, and nothing heard; the connection stays open until the client closes it. */
    void fallSilent() {
        silent = true;
    }

    void bye(String text) {
        server.closed(this);
        try {
            send("* BYE " + text);
        } catch (IOException gone) {
            // That is what was wanted.
        }
        drop();
    }

    /** Counted as closed before the client can know of it, as in all that ends a connection: it may open the next one at once. */
    void drop() {
        server.closed(this);
        try {
            socket.close();
        } catch (IOException closed) {
            // That is what was wanted.
        }
    }

    Optional<ImapAccount> account() {
        return Optional.ofNullable(account);
    }

    private boolean greet() throws IOException {
        Optional<ImapFault> bye = server.strike(ImapFault.ByeAtGreeting.class::isInstance);
        if (bye.isPresent()) {
            bye(((ImapFault.ByeAtGreeting) bye.get()).text());
            return false;
        }
        if (server.strike(ImapFault.NoGreeting.class::isInstance).isPresent()) {
            fallSilent();
        }
        send("* OK [CAPABILITY " + capabilities() + "] ready");
        return true;
    }

    private void serve(ImapCommand command) throws IOException {
        if (silent) {
            return;
        }
        server.received(command);
        if (misbehaves(command)) {
            return;
        }
        try {
            answer(command);
        } catch (IllegalArgumentException misunderstood) {
            send(command.tag() + " BAD " + misunderstood.getMessage());
        }
    }

    /** Whether a fault has answered the command, or seen to it that nobody does. */
    private boolean misbehaves(ImapCommand command) throws IOException {
        Predicate<ImapFault> forIt =
                fault -> fault instanceof ImapFault.OnCommand on && on.command().equals(command.name());
        Optional<ImapFault> struck = server.strike(forIt);
        if (struck.isEmpty()) {
            return false;
        }
        return switch ((ImapFault.OnCommand) struck.get()) {
            case ImapFault.Hang hang -> {
                fallSilent();
                yield true;
            }
            case ImapFault.Drop drop -> {
                drop();
                yield true;
            }
            case ImapFault.Bye bye -> {
                bye(bye.text());
                yield true;
            }
            case ImapFault.No no -> {
                server.refused(command);
                send(command.tag() + " NO " + no.text());
                yield true;
            }
            case ImapFault.Delay delay -> {
                pause(delay);
                yield false;
            }
        };
    }

    private void answer(ImapCommand command) throws IOException {
        switch (command.name()) {
            case "CAPABILITY" -> done(command, "* CAPABILITY " + capabilities());
            case "NOOP", "CHECK" -> {
                tellChanges();
                done(command);
            }
            case "ID" -> done(command, "* ID NIL");
            case "LOGOUT" -> {
                server.closed(this);
                send("* BYE see you");
                done(command);
                drop();
            }
            case "LOGIN" -> login(command, server.login(this, command.text(0), command.text(1)));
            case "AUTHENTICATE" -> authenticate(command);
            case "LIST", "LSUB" -> list(command);
            case "STATUS" -> status(command);
            case "SELECT" -> select(command, false);
            case "EXAMINE" -> select(command, true);
            case "APPEND" -> append(command);
            case "CLOSE", "UNSELECT" -> {
                deselect();
                done(command);
            }
            case "SEARCH" -> search(command);
            case "FETCH" -> fetch(command);
            case "STORE" -> store(command);
            case "EXPUNGE" -> expunge(command);
            case "IDLE" -> idle(command);
            default -> throw new IllegalArgumentException("unknown command");
        }
    }

    /** XOAUTH2, in one step or in two; who is refused is told why, and has to say that it heard. */
    private void authenticate(ImapCommand command) throws IOException {
        if (!server.speaksTokens() || !command.text(0).equalsIgnoreCase("XOAUTH2")) {
            throw new IllegalArgumentException("unknown mechanism");
        }
        String response;
        if (command.arguments().size() > 1) {
            response = command.text(1);
        } else {
            send("+ ");
            response = commands.readLine();
        }
        String given = new String(Base64.getDecoder().decode(response), StandardCharsets.UTF_8);
        Matcher fields = XOAUTH2.matcher(given);
        if (!fields.matches()) {
            throw new IllegalArgumentException("invalid response");
        }
        FaultyImapServer.Login login = server.loginByToken(this, fields.group(1), fields.group(2));
        if (login instanceof FaultyImapServer.Login.Refused) {
            send("+ " + Base64.getEncoder().encodeToString("{\"status\":\"401\"}".getBytes(StandardCharsets.US_ASCII)));
            if (!commands.readLine().isEmpty()) {
                throw new IllegalArgumentException("want an empty line");
            }
        }
        login(command, login);
    }

    private void login(ImapCommand command, FaultyImapServer.Login login) throws IOException {
        switch (login) {
            case FaultyImapServer.Login.Accepted accepted -> {
                account = accepted.account();
                done(command);
            }
            case FaultyImapServer.Login.Refused refused -> {
                server.refused(command);
                send(command.tag() + " NO " + refused.text());
            }
        }
    }

    private void list(ImapCommand command) throws IOException {
        String pattern = command.text(1);
        if (pattern.isEmpty()) {
            send("* " + command.name() + " (\\Noselect) \"/\" \"\"");
        }
        String regex = pattern.replaceAll("[^A-Za-z0-9%*]", "\\\\$0")
                .replace("%", "[^/]*")
                .replace("*", ".*");
        for (String name : known().folders().keySet()) {
            if (name.matches(regex)) {
                send("* " + command.name() + " ("
                        + String.join(" ", known().folders().get(name).attributes()) + ") \"/\" \"" + name + "\"");
            }
        }
        done(command);
    }

    private void status(ImapCommand command) throws IOException {
        ImapMailbox folder = folder(command.text(0));
        List<String> items = new ArrayList<>();
        for (Object item : command.list(1)) {
            String name = item.toString().toUpperCase(Locale.ROOT);
            items.add(name + " "
                    + switch (name) {
                        case "MESSAGES" -> folder.uids().size();
                        case "RECENT" -> 0;
                        case "UNSEEN" ->
                            folder.mails().stream()
                                    .filter(mail -> !mail.flags().contains("\\Seen"))
                                    .count();
                        case "UIDNEXT" -> folder.uidNext();
                        case "UIDVALIDITY" -> folder.uidValidity();
                        default -> throw new IllegalArgumentException("unknown item");
                    });
        }
        done(command, "* STATUS \"" + command.text(0) + "\" (" + String.join(" ", items) + ")");
    }

    private void select(ImapCommand command, boolean examine) throws IOException {
        deselect();
        ImapMailbox folder = folder(command.text(0));
        Optional<ImapFault> closed = server.strike(fault ->
                fault instanceof ImapFault.ClosedFolder other && other.folder().equals(command.text(0)));
        if (closed.isPresent() || folder.attributes().contains("\\Noselect")) {
            String why =
                    closed.map(fault -> ((ImapFault.ClosedFolder) fault).text()).orElse("cannot be opened");
            send(command.tag() + " NO " + why);
            return;
        }
        lock.lock();
        try {
            mailbox = folder;
            readOnly = examine;
            view = folder.uids();
        } finally {
            lock.unlock();
        }
        folder.watch(onChange);
        send("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)");
        send("* " + view.size() + " EXISTS");
        send("* 0 RECENT");
        send("* OK [PERMANENTFLAGS (" + (examine ? "" : "\\Answered \\Flagged \\Deleted \\Seen \\Draft") + ")] flags");
        send("* OK [UIDVALIDITY " + folder.uidValidity() + "] valid");
        send("* OK [UIDNEXT " + folder.uidNext() + "] next");
        send(command.tag() + (examine ? " OK [READ-ONLY] " : " OK [READ-WRITE] ") + command.name() + " done");
    }

    private void append(ImapCommand command) throws IOException {
        folder(command.text(0)).append(((String) command.arguments().getLast()).getBytes(StandardCharsets.ISO_8859_1));
        tellChanges();
        done(command);
    }

    private void search(ImapCommand command) throws IOException {
        ImapMailbox folder = selected();
        Predicate<ImapMail> wanted = ImapSearch.parse(command.arguments(), view);
        List<Long> uids = new ArrayList<>(folder.mails().stream()
                .filter(mail -> view.contains(mail.uid()))
                .filter(wanted)
                .map(ImapMail::uid)
                .toList());
        server.strike(ImapFault.SearchAlsoReturns.class::isInstance)
                .ifPresent(lie -> uids.add(((ImapFault.SearchAlsoReturns) lie).uid()));
        StringBuilder answer = new StringBuilder("* SEARCH");
        for (long uid : uids) {
            answer.append(' ').append(command.byUid() ? uid : view.indexOf(uid) + 1);
        }
        done(command, answer.toString());
    }

    private void fetch(ImapCommand command) throws IOException {
        ImapMailbox folder = selected();
        ImapFetch fetch = ImapFetch.parse(command.list(1), command.byUid());
        for (ImapMail mail : addressed(folder, command)) {
            if (fetch.marksSeen() && !readOnly) {
                mail.flags().add("\\Seen");
            }
            long uid = command.byUid()
                    ? server.strike(ImapFault.FetchUnderOtherUid.class::isInstance)
                            .map(lie -> ((ImapFault.FetchUnderOtherUid) lie).uid())
                            .orElse(mail.uid())
                    : mail.uid();
            sendFetch(view.indexOf(mail.uid()) + 1, fetch.answer(mail, uid));
        }
        done(command);
    }

    private void sendFetch(int number, List<ImapFetch.Part> parts) throws IOException {
        write("* " + number + " FETCH (");
        String separator = "";
        for (ImapFetch.Part part : parts) {
            write(separator + part.text());
            separator = " ";
            if (part.literal().isPresent()) {
                byte[] bytes = part.literal().get();
                write(" {" + bytes.length + "}\r\n");
                breakBody(bytes);
                write(bytes);
            }
        }
        send(")");
    }

    private void breakBody(byte[] bytes) throws IOException {
        Optional<ImapFault> hang = server.strike(ImapFault.HangInBody.class::isInstance);
        if (hang.isPresent()) {
            writePart(bytes, ((ImapFault.HangInBody) hang.get()).bytes());
            fallSilent();
        }
        Optional<ImapFault> drop = server.strike(ImapFault.DropInBody.class::isInstance);
        if (drop.isPresent()) {
            writePart(bytes, ((ImapFault.DropInBody) drop.get()).bytes());
            drop();
        }
    }

    private void store(ImapCommand command) throws IOException {
        if (readOnly) {
            send(command.tag() + " NO the folder is open for reading");
            return;
        }
        String action = command.text(1).toUpperCase(Locale.ROOT);
        List<String> flags = command.list(2).stream().map(Object::toString).toList();
        for (ImapMail mail : addressed(selected(), command)) {
            if (action.startsWith("-")) {
                flags.forEach(mail.flags()::remove);
            } else {
                if (action.startsWith("FLAGS")) {
                    mail.flags().clear();
                }
                mail.flags().addAll(flags);
            }
            if (!action.endsWith(".SILENT")) {
                sendFetch(
                        view.indexOf(mail.uid()) + 1,
                        ImapFetch.parse(List.of("FLAGS"), command.byUid()).answer(mail, mail.uid()));
            }
        }
        done(command);
    }

    private void expunge(ImapCommand command) throws IOException {
        ImapMailbox folder = selected();
        for (ImapMail mail : folder.mails()) {
            if (mail.flags().contains("\\Deleted") && !readOnly) {
                folder.expunge(mail.uid());
            }
        }
        tellChanges();
        done(command);
    }

    private void idle(ImapCommand command) throws IOException {
        selected();
        if (!capabilities().contains("IDLE")) {
            throw new IllegalArgumentException("unknown command");
        }
        send("+ idling");
        if (server.strike(ImapFault.SilentIdle.class::isInstance).isPresent()) {
            fallSilent();
        }
        if (server.strike(ImapFault.DeafIdle.class::isInstance).isEmpty()) {
            setIdling(true);
            tellChanges();
        }
        server.strike(ImapFault.StillHere.class::isInstance)
                .ifPresent(fault -> keepAlive(((ImapFault.StillHere) fault).every(), idles));
        String end = commands.readLine();
        setIdling(false);
        if (!end.equalsIgnoreCase("DONE")) {
            throw new IllegalArgumentException("want DONE");
        }
        tellChanges();
        done(command);
    }

    private void keepAlive(Duration every, int idle) {
        Thread.ofVirtual().name("imap-still-here").start(() -> {
            try {
                do {
                    Thread.sleep(every);
                } while (isStillHere(idle));
            } catch (IOException | InterruptedException gone) {
                // Nobody listens any more.
            }
        });
    }

    /** Says so, unless that IDLE is over. */
    private boolean isStillHere(int idle) throws IOException {
        lock.lock();
        try {
            boolean here = idling && idles == idle;
            if (here) {
                send("* OK Still here");
            }
            return here;
        } finally {
            lock.unlock();
        }
    }

    private void mailboxChanged() {
        lock.lock();
        try {
            if (idling) {
                tellChanges();
            }
        } catch (IOException gone) {
            drop();
        } finally {
            lock.unlock();
        }
    }

    /** Tells what went, last first so that the numbers hold, and how many there are now. */
    private void tellChanges() throws IOException {
        lock.lock();
        try {
            if (mailbox == null) {
                return;
            }
            List<Long> now = mailbox.uids();
            List<Long> left = new ArrayList<>(view);
            for (int i = left.size() - 1; i >= 0; i--) {
                if (!now.contains(left.get(i))) {
                    left.remove(i);
                    send("* " + (i + 1) + " EXPUNGE");
                }
            }
            if (now.size() > left.size()) {
                send("* " + now.size() + " EXISTS");
            }
            view = now;
        } finally {
            lock.unlock();
        }
    }

    private List<ImapMail> addressed(ImapMailbox folder, ImapCommand command) {
        ImapNumbers numbers =
                ImapNumbers.parse(command.text(0), command.byUid() ? ImapNumbers.highest(view) : view.size());
        return folder.mails().stream()
                .filter(mail -> view.contains(mail.uid()))
                .filter(mail -> numbers.contains(command.byUid() ? mail.uid() : view.indexOf(mail.uid()) + 1L))
                .toList();
    }

    private ImapAccount known() {
        if (account == null) {
            throw new IllegalArgumentException("log in first");
        }
        return account;
    }

    private ImapMailbox folder(String name) {
        ImapMailbox folder = known().folders().get(name.equalsIgnoreCase("INBOX") ? "INBOX" : name);
        if (folder == null) {
            throw new IllegalArgumentException("[NONEXISTENT] no such folder");
        }
        return folder;
    }

    private ImapMailbox selected() {
        if (mailbox == null) {
            throw new IllegalArgumentException("select a folder first");
        }
        return mailbox;
    }

    private void deselect() {
        lock.lock();
        try {
            if (mailbox != null) {
                mailbox.unwatch(onChange);
                mailbox = null;
                view = List.of();
            }
        } finally {
            lock.unlock();
        }
    }

    private void setIdling(boolean now) {
        lock.lock();
        try {
            idling = now;
            idles++;
        } finally {
            lock.unlock();
        }
    }

    private String capabilities() {
        return "IMAP4rev1 LITERAL+"
                + (server.speaksTokens() ? " AUTH=XOAUTH2" : "")
                + (server.speaksTokens() && !server.has(new ImapFault.Without("SASL-IR")) ? " SASL-IR" : "")
                + (server.has(new ImapFault.Without("IDLE")) ? "" : " IDLE");
    }

    private static void pause(ImapFault.Delay delay) throws IOException {
        try {
            Thread.sleep(delay.time());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private void done(ImapCommand command, String... untagged) throws IOException {
        for (String line : untagged) {
            send(line);
        }
        send(command.tag() + " OK " + command.name() + " done");
    }

    private void send(String line) throws IOException {
        lock.lock();
        try {
            write(line + "\r\n");
            if (!silent) {
                out.flush();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void write(byte[] bytes) throws IOException {
        if (!silent) {
            out.write(bytes);
        }
    }

    private void writePart(byte[] bytes, int count) throws IOException {
        out.write(bytes, 0, Math.min(count, bytes.length));
        out.flush();
    }
}
