package io.waybill.sandbox.graph;

import com.sun.net.httpserver.HttpServer;
import io.waybill.sandbox.LoopbackPort;
import io.waybill.sandbox.SandboxException;
import io.waybill.sandbox.emulator.Dice;
import io.waybill.sandbox.emulator.Tally;
import io.waybill.sandbox.emulator.TurnedClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Microsoft Graph for the mail of some users, on 127.0.0.1. It behaves until {@link #faults} or {@link #answerNext} is called, and
 * keeps count of what was asked.
 *
 * <pre>{@code
 * try (TokenServer tokens = TokenServer.start();
 *         GraphServer graph = GraphServer.start(0, token -> tokens.appOf(token, GraphServer.SCOPE))) {
 *     graph.addUser("622eaaff-0683-4862-9de4-f2ec83c2bd98", "support@example.com");
 *     String id = graph.deliver("622eaaff-0683-4862-9de4-f2ec83c2bd98", eml);
 *     graph.answerNext(GraphCall.GET_MIME, GraphAnswer.throttled(null));
 * }
 * }</pre>
 */
public final class GraphServer implements AutoCloseable {
    /** The scope a token must have been asked for. */
    public static final String SCOPE = "https://graph.microsoft.com/.default";

    private static final int BACKLOG = 200;

    private final TurnedClock clock = new TurnedClock();
    private final GraphUsers users = new GraphUsers();
    private final Subscriptions subscriptions = new Subscriptions(clock);
    private final HttpServer server;
    private final HttpClient client;
    private final CallFaults faults;
    private final MailboxLimits limits;
    private final Notifier notifier;
    private final DeltaCalls delta;
    private final GraphService service;

    private GraphServer(HttpServer server, TokenCheck tokens, GraphSettings settings) {
        this.server = server;
        String base = "http://" + LoopbackPort.HOST + ":" + server.getAddress().getPort() + "/v1.0/";
        Dice dice = new Dice(settings.seed());
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.delivery().answerWithin())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        faults = new CallFaults(dice);
        limits = new MailboxLimits(settings.limits());
        notifier = new Notifier(subscriptions, client, settings, clock, faults::now, dice);
        delta = new DeltaCalls(users, clock, faults::now, settings.deltaTokenLife(), base);
        service = new GraphService(
                tokens,
                faults,
                limits,
                new SubscriptionCalls(
                        users,
                        subscriptions,
                        new Handshake(client, settings.delivery().answerWithin()),
                        clock,
                        base),
                new MessageCalls(users, clock, base),
                delta);
    }

    /** On that port, 0 for a free one, with Microsoft's numbers. */
    public static GraphServer start(int port, TokenCheck tokens) {
        return start(port, tokens, GraphSettings.defaults());
    }

    public static GraphServer start(int port, TokenCheck tokens, GraphSettings settings) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            GraphServer graph = new GraphServer(server, tokens, settings);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", graph.service::take);
            server.createContext("/emulator/", new EmulatorCalls(graph)::take);
            server.start();
            return graph;
        } catch (IOException taken) {
            throw new SandboxException(
                    "the port " + port + " of Microsoft Graph's emulator is taken",
                    "Name another with --graph-port.",
                    taken);
        }
    }

    /** The address that stands for {@code https://graph.microsoft.com/}. */
    public URI url() {
        return URI.create(
                "http://" + LoopbackPort.HOST + ":" + server.getAddress().getPort() + "/");
    }

    /** Makes a mailbox, empty, also where there was one. */
    public void addUser(String userId, String mail) {
        users.add(userId, mail);
    }

    /** The mailbox is gone: 404 ErrorInvalidUser. Its subscriptions stay until they expire. */
    public void removeUser(String userId) {
        users.remove(userId);
    }

    /** The apps may not see the mailbox any more: 403 ErrorAccessDenied. */
    public void denyUser(String userId) {
        users.get(userId).deny(true);
    }

    /** The apps may see it again. */
    public void allowUser(String userId) {
        users.get(userId).deny(false);
    }

    /** A mail arrives in the inbox now. Returns its immutable id. */
    public String deliver(String userId, byte[] mime) {
        return deliver(userId, GraphMailbox.INBOX, mime);
    }

    /** A mail arrives now in that folder, which is made if missing. Returns its immutable id. */
    public String deliver(String userId, String folder, byte[] mime) {
        return deliver(userId, folder, mime, clock.instant());
    }

    /**
     * A mail arrives, and who subscribed is told.
     *
     * @param mime given out as it is; not copied, since load tests deliver the same bytes many times
     * @param received what {@code receivedDateTime} says
     * @return its immutable id
     */
    public String deliver(String userId, String folder, byte[] mime, Instant received) {
        GraphMailbox mailbox = users.get(userId);
        Instant visible = clock.instant().plus(faults.now().invisibleFor());
        GraphMessage message = mailbox.deliver(folder, mime, received, visible);
        notifier.changed("created", mailbox.user(), message);
        return message.immutableId();
    }

    /** The immutable id stays, the other changes; for the target's subscribers it is {@code created}. False if it is not there. */
    public boolean move(String userId, String id, String folder) {
        GraphMailbox mailbox = users.get(userId);
        Optional<GraphMailbox.Departure> moved = mailbox.move(id, folder);
        moved.ifPresent(departure -> {
            notifier.changed("deleted", mailbox.user(), departure.before());
            notifier.changed("created", mailbox.user(), departure.after().orElseThrow());
        });
        return moved.isPresent();
    }

    /** For good. False if it is not there. */
    public boolean delete(String userId, String id) {
        GraphMailbox mailbox = users.get(userId);
        Optional<GraphMailbox.Departure> deleted = mailbox.delete(id);
        deleted.ifPresent(departure -> notifier.changed("deleted", mailbox.user(), departure.before()));
        return deleted.isPresent();
    }

    /** What it does wrong from now on, instead of what it did wrong before. */
    public void faults(GraphFaults now) {
        faults.set(now);
    }

    public GraphFaults faults() {
        return faults.now();
    }

    /** Answers the next calls of the kind so. */
    public void answerNext(GraphCall call, GraphAnswer... answers) {
        faults.answerNext(call, List.of(answers));
    }

    /** Behaves again; calls that hang are cut off. */
    public void heal() {
        faults.heal();
    }

    /** Turns the service's clock, so that subscriptions and delta tokens expire; back if it is negative. */
    public void advance(Duration time) {
        clock.turn(time);
    }

    /** All delta and next links of now get 410 SyncStateNotFound. */
    public void expireDeltaTokens() {
        delta.expireTokens();
    }

    /** Those of one mailbox do, and no others. */
    public void expireDeltaTokens(String userId) {
        delta.expireTokens(users.get(userId));
    }

    /** Those that are alive, of all apps, oldest first. */
    public List<GraphSubscription> subscriptions() {
        return subscriptions.all();
    }

    /** Removes a subscription without a word. False if it is not there. */
    public boolean removeSubscription(String id) {
        return subscriptions.remove(id).isPresent();
    }

    /** Sends the event, and does to the subscription what it says. False if there is no such subscription. */
    public boolean lifecycle(String subscriptionId, LifecycleEvent event) {
        Optional<GraphSubscription> subscription = subscriptions.find(subscriptionId);
        subscription.ifPresent(each -> notifier.lifecycle(each, event));
        return subscription.isPresent();
    }

    /** How often the call was made, whatever it was answered. */
    public long calls(GraphCall call) {
        return service.calls().of(call);
    }

    /** How many calls were refused with that status, by a fault, a limit or on their merits. */
    public long refused(int status) {
        return service.refused().of(status);
    }

    public long notifications(NotificationFate fate) {
        return notifier.tally().of(fate);
    }

    /** The most calls an app had in the mailbox at once, those refused for it among them. */
    public int maxConcurrent(String userId) {
        return limits.maxConcurrent(userId);
    }

    Counts counts() {
        return new Counts(service.calls(), service.refused(), notifier.tally(), limits);
    }

    /** All that is counted. */
    record Counts(
            Tally<GraphCall> calls,
            Tally<Integer> refused,
            Tally<NotificationFate> notifications,
            MailboxLimits limits) {}

    @Override
    public void close() {
        notifier.close();
        faults.heal();
        server.stop(0);
        client.shutdownNow();
    }
}
