package io.waybill.sandbox.imap;

import io.waybill.sandbox.LoopbackPort;
import io.waybill.sandbox.SandboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An IMAP server on a free port of 127.0.0.1 for tests of clients. It behaves until {@link #inject} is called, and keeps
 * count of who connected and what they asked.
 *
 * <pre>{@code
 * try (FaultyImapServer server = FaultyImapServer.start()) {
 *     ImapMailbox inbox = server.addAccount("support", "sesame");
 *     inbox.append(eml);
 *     server.inject(new ImapFault.Hang("FETCH"));
 * }
 * }</pre>
 */
public final class FaultyImapServer implements AutoCloseable {
    private static final int START_TRIES = 5;
    // What a test may look at afterwards; a client that loops must not fill the heap.
    private static final int LOG_LIMIT = 100_000;

    private final Map<String, ImapAccount> accounts = new ConcurrentHashMap<>();
    private final List<Injected> faults = new ArrayList<>();
    private final Set<ImapConnection> connections = new HashSet<>();
    private final Map<String, Integer> mostByLogin = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private int connectionsAccepted;
    private int mostConnections;
    private int logins;
    private int refusals;
    private volatile boolean tokens;
    private ServerSocket listener;
    private Thread acceptor;

    private FaultyImapServer(ServerSocket listener) {
        this.listener = listener;
    }

    /** A fault and how often it will strike yet. */
    private static final class Injected {
        private final ImapFault fault;
        private int left;

        Injected(ImapFault fault, int left) {
            this.fault = fault;
            this.left = left;
        }
    }

    public static FaultyImapServer start() {
        for (int attempt = 1; ; attempt++) {
            try {
                FaultyImapServer server = new FaultyImapServer(listen(LoopbackPort.free()));
                server.accept();
                return server;
            } catch (IOException taken) {
                if (attempt == START_TRIES) {
                    throw new SandboxException("the IMAP server found no port", "Try again.", taken);
                }
            }
        }
    }

    public String host() {
        return LoopbackPort.HOST;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Makes an account; returns its INBOX. */
    public ImapMailbox addAccount(String login, String password) {
        accounts.put(login, new ImapAccount(login, password));
        return folder(login, "INBOX");
    }

    /** From now on this is the password; who is logged in stays. */
    public void changePassword(String login, String password) {
        account(login).change(password);
    }

    /** From now on the server speaks XOAUTH2, and the account may be signed in to by such tokens. */
    public void allowTokens(String login, Predicate<String> valid) {
        account(login).allowTokens(valid);
        tokens = true;
    }

    /** A folder of an account, made if missing. */
    public ImapMailbox folder(String login, String name) {
        return account(login).folders().computeIfAbsent(name, missing -> new ImapMailbox());
    }

    /** Goes wrong in this way from now on. Faults add up; of two that could strike, the one injected first does. */
    public FaultyImapServer inject(ImapFault fault) {
        return inject(fault, Integer.MAX_VALUE);
    }

    /** Goes wrong in this way the next so many times. */
    public synchronized FaultyImapServer inject(ImapFault fault, int times) {
        faults.add(new Injected(fault, times));
        return this;
    }

    /** Behaves again. Connections that fell silent stay silent: to those clients the server is gone. */
    public synchronized void heal() {
        faults.clear();
    }

    /** Makes the connections of now half-open: nothing is heard of them any more. New ones work. */
    public void silenceConnections() {
        each(ImapConnection::fallSilent);
    }

    /** Closes the connections of now. */
    public void dropConnections() {
        each(ImapConnection::drop);
    }

    /** Says {@code * BYE} on the connections of now and closes them. */
    public void byeConnections(String text) {
        each(connection -> connection.bye(text));
    }

    /** Stops listening and closes all connections; accounts and mails stay. Who connects afterwards is refused. */
    public void stop() {
        try {
            listener.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        joinAcceptor();
        dropConnections();
    }

    /** Listens again on the same port. */
    public void startAgain() {
        try {
            listener = listen(port());
            accept();
        } catch (IOException taken) {
            throw new SandboxException("the IMAP server's port " + port() + " is taken", "Try again.", taken);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Connections open now. */
    public synchronized int connections() {
        return connections.size();
    }

    /** Connections ever accepted. */
    public synchronized int connectionsAccepted() {
        return connectionsAccepted;
    }

    /** The most connections that were open at once. */
    public synchronized int mostConnections() {
        return mostConnections;
    }

    /** The most connections that were logged in to an account at once. */
    public synchronized int mostConnections(String login) {
        return mostByLogin.getOrDefault(login, 0);
    }

    /** Logins that were accepted. */
    public synchronized int logins() {
        return logins;
    }

    /** Logins that were refused, by a wrong password or by a fault. */
    public synchronized int refusedLogins() {
        return refusals;
    }

    /** What was asked, oldest first, for example {@code UID FETCH 7 (BODY.PEEK[])}; the first 100,000. No passwords. */
    public synchronized List<String> commands() {
        return List.copyOf(log);
    }

    /** How often a command came, with or without UID. */
    public synchronized long count(String command) {
        String name = command.toUpperCase(Locale.ROOT);
        return log.stream()
                .filter(line ->
                        line.equals(name) || line.startsWith(name + " ") || line.startsWith("UID " + name + " "))
                .count();
    }

    /** What became of a login. */
    sealed interface Login {
        record Accepted(ImapAccount account) implements Login {}

        record Refused(String text) implements Login {}
    }

    Login login(ImapConnection connection, String login, String password) {
        return login(connection, login, account -> account.accepts(password));
    }

    Login loginByToken(ImapConnection connection, String login, String token) {
        return login(connection, login, account -> account.acceptsToken(token));
    }

    boolean speaksTokens() {
        return tokens;
    }

    private synchronized Login login(ImapConnection connection, String login, Predicate<ImapAccount> right) {
        ImapAccount account = accounts.get(login);
        if (account == null || !right.test(account)) {
            return new Login.Refused("[AUTHENTICATIONFAILED] invalid credentials");
        }
        int open = 1
                + (int) connections.stream()
                        .filter(other -> other != connection)
                        .filter(other -> other.account().filter(account::equals).isPresent())
                        .count();
        boolean tooMany = strike(fault -> fault instanceof ImapFault.TooManyConnections limit && open > limit.most())
                .isPresent();
        if (tooMany) {
            return new Login.Refused("[LIMIT] too many connections");
        }
        logins++;
        mostByLogin.merge(login, open, Math::max);
        return new Login.Accepted(account);
    }

    /** The first fault of the kind, spent by one; empty where the server is to behave. */
    synchronized Optional<ImapFault> strike(Predicate<ImapFault> kind) {
        for (Injected each : faults) {
            if (each.left > 0 && kind.test(each.fault)) {
                each.left--;
                return Optional.of(each.fault);
            }
        }
        return Optional.empty();
    }

    synchronized boolean has(ImapFault fault) {
        return faults.stream().anyMatch(each -> each.fault.equals(fault));
    }

    synchronized void received(ImapCommand command) {
        if (log.size() < LOG_LIMIT) {
            log.add(command.summary());
        }
    }

    synchronized void refused(ImapCommand command) {
        if (command.name().equals("LOGIN") || command.name().equals("AUTHENTICATE")) {
            refusals++;
        }
    }

    synchronized void closed(ImapConnection connection) {
        connections.remove(connection);
    }

    private void accept() {
        ServerSocket socket = listener;
        acceptor = Thread.ofVirtual().name("imap-accept").start(() -> {
            while (!socket.isClosed()) {
                try {
                    open(socket.accept());
                } catch (IOException stopped) {
                    // Closed by stop(), or the client went before it was greeted.
                }
            }
        });
    }

    /** The port is closed only when the thread that waits in accept has left it; until then it takes connections. */
    private void joinAcceptor() {
        try {
            acceptor.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void open(Socket socket) throws IOException {
        ImapConnection connection = new ImapConnection(this, socket);
        synchronized (this) {
            connections.add(connection);
            connectionsAccepted++;
            mostConnections = Math.max(mostConnections, connections.size());
        }
        Thread.ofVirtual().name("imap-connection").start(connection);
    }

    private void each(Consumer<ImapConnection> action) {
        List<ImapConnection> now;
        synchronized (this) {
            now = List.copyOf(connections);
        }
        now.forEach(action);
    }

    private ImapAccount account(String login) {
        ImapAccount account = accounts.get(login);
        if (account == null) {
            throw new IllegalArgumentException("no account " + login);
        }
        return account;
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }
}
