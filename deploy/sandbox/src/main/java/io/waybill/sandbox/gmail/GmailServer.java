package io.waybill.sandbox.gmail;

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
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Gmail's API for the mail of some users, Pub/Sub's pushes about it and Google's keys of their tokens, on 127.0.0.1. It behaves until
 * {@link #faults} or {@link #answerNext} is called, and keeps count of what was asked.
 *
 * <pre>{@code
 * try (TokenServer tokens = TokenServer.start();
 *         GmailServer gmail = GmailServer.start(0, tokens::grantOf)) {
 *     gmail.addUser("support@example.com");
 *     gmail.subscribe(new PushSubscription(
 *             "projects/acme-mail/subscriptions/gmail",
 *             "projects/acme-mail/topics/gmail",
 *             URI.create("http://127.0.0.1:8082/google/notifications?k=abc"),
 *             "https://in.example.com",
 *             "push@acme-mail.iam.gserviceaccount.com"));
 *     String id = gmail.deliver("support@example.com", eml);
 *     gmail.answerNext(GmailCall.GET_MESSAGE, GmailAnswer.notFound());
 * }
 * }</pre>
 */
public final class GmailServer implements AutoCloseable {
    /** The scope that is enough for everything here. */
    public static final String SCOPE = "https://www.googleapis.com/auth/gmail.readonly";

    /** A history id whose next ones, a few mails on, are negative for who takes them for signed. */
    public static final long NEAR_SIGNED_MAX = Long.MAX_VALUE - 20;

    private static final int BACKLOG = 200;
    private static final Duration WATCH_LIFE = Duration.ofDays(7);
    static final List<String> ARRIVED = List.of("UNREAD", "INBOX");

    private final TurnedClock clock = new TurnedClock();
    private final GmailUsers users = new GmailUsers();
    private final Watches watches = new Watches(clock);
    private final HttpServer server;
    private final HttpClient client;
    private final CallFaults faults;
    private final QuotaLimits limits;
    private final SigningKeys keys;
    private final PushTokens pushTokens;
    private final PubSub pubSub;
    private final Announcer announcer;
    private final GmailService service;

    private GmailServer(HttpServer server, GrantCheck tokens, GmailSettings settings) {
        this.server = server;
        Dice dice = new Dice(settings.seed());
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.push().ackDeadline())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        faults = new CallFaults(dice);
        limits = new QuotaLimits(settings.quota());
        keys = new SigningKeys(clock, settings.certs().retiredFor());
        pushTokens = new PushTokens(keys);
        Pusher pusher = new Pusher(client, pushTokens, settings.push().ackDeadline());
        pubSub = new PubSub(settings.push(), pusher, clock, faults::now, dice);
        announcer = new Announcer(watches, pubSub, settings.push().atMostEvery());
        service = new GmailService(
                new Authorization(tokens),
                faults,
                limits,
                new WatchCalls(users, watches, pubSub, announcer, clock, WATCH_LIFE),
                new HistoryCalls(users, clock, faults::now, settings.historyLife()),
                new MessageCalls(users),
                keys,
                settings.certs().maxAge());
    }

    /** On that port, 0 for a free one, with Google's numbers. */
    public static GmailServer start(int port, GrantCheck tokens) {
        return start(port, tokens, GmailSettings.defaults());
    }

    public static GmailServer start(int port, GrantCheck tokens, GmailSettings settings) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            GmailServer gmail = new GmailServer(server, tokens, settings);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", gmail.service::take);
            server.createContext("/emulator/", new EmulatorCalls(gmail)::take);
            server.start();
            return gmail;
        } catch (IOException taken) {
            throw new SandboxException(
                    "the port " + port + " of Gmail's emulator is taken", "Name another with --gmail-port.", taken);
        }
    }

    /** The address that stands for {@code https://gmail.googleapis.com/}. */
    public URI url() {
        return URI.create(
                "http://" + LoopbackPort.HOST + ":" + server.getAddress().getPort() + "/");
    }

    /** The address that stands for {@code https://www.googleapis.com/oauth2/v3/certs}: who checks the pushes' tokens asks there. */
    public URI certsUrl() {
        return url().resolve(GmailCall.GET_CERTS.template());
    }

    /** Makes a mailbox, empty, also where there was one. */
    public void addUser(String address) {
        users.add(address);
    }

    /** Makes a mailbox whose history begins there, an unsigned number; see {@link #NEAR_SIGNED_MAX}. */
    public void addUser(String address, long firstHistoryId) {
        users.add(address, firstHistoryId);
    }

    /** The user has no Gmail any more: 400 failedPrecondition. The watches are gone too. */
    public void removeUser(String address) {
        users.remove(address);
        boolean _ = watches.removeAll(address);
    }

    /** The user's domain allows it no more: 403 domainPolicy. */
    public void denyUser(String address) {
        users.get(address).deny(true);
    }

    /** The domain allows it again. */
    public void allowUser(String address) {
        users.get(address).deny(false);
    }

    /** A mail arrives in the inbox now. Returns its id. */
    public String deliver(String address, byte[] mime) {
        return deliver(address, mime, ARRIVED);
    }

    /** A mail arrives now with those labels, as below. Returns its id. */
    public String deliver(String address, byte[] mime, List<String> labels) {
        return deliver(address, mime, labels, clock.instant());
    }

    /**
     * A mail arrives, and who watches is told.
     *
     * @param mime given out as it is; not copied, since load tests deliver the same bytes many times
     * @param labels make it what it is: {@code INBOX}, {@code SPAM}, {@code SENT}, {@code DRAFT}, {@code CHAT}; none for the archive. A
     *     draft that is saved again is another message: the one before is deleted
     * @param received what {@code internalDate} says
     * @return its id
     */
    public String deliver(String address, byte[] mime, List<String> labels, Instant received) {
        GmailMailbox mailbox = users.get(address);
        Instant now = clock.instant();
        GmailMailbox.Change change = mailbox.deliver(mime, received, labels, now, listedFrom(now));
        announcer.changed(mailbox.address(), change);
        return change.messageId();
    }

    /**
     * Labels come and go: added {@code INBOX}, removed {@code SPAM} for a mail that is rescued. False if it is not there. Each of the two
     * that changes anything is a record of its own, and both are announced once.
     */
    public boolean relabel(String address, String id, List<String> added, List<String> removed) {
        GmailMailbox mailbox = users.get(address);
        Instant now = clock.instant();
        long before = mailbox.historyId();
        Optional<GmailMailbox.Change> change = mailbox.relabel(id, added, removed, now, listedFrom(now));
        change.filter(each -> each.historyId() != before).ifPresent(each -> announcer.changed(mailbox.address(), each));
        return change.isPresent();
    }

    /** For good. False if it is not there. */
    public boolean delete(String address, String id) {
        GmailMailbox mailbox = users.get(address);
        Instant now = clock.instant();
        Optional<GmailMailbox.Change> change = mailbox.delete(id, now, listedFrom(now));
        change.ifPresent(each -> announcer.changed(mailbox.address(), each));
        return change.isPresent();
    }

    /** The mailbox's current history id, as texts have it. */
    public String historyId(String address) {
        return Long.toUnsignedString(users.get(address).historyId());
    }

    /** Every history id below the current one gets 404 as a start. */
    public void expireHistory(String address) {
        users.get(address).expireHistory();
    }

    /** A topic that Gmail may publish to. {@link #subscribe} makes it too. */
    public void addTopic(String topic) {
        pubSub.addTopic(topic);
    }

    /** Pushes what is published to the topic from now on; instead of the subscription of that name, if there is one. */
    public void subscribe(PushSubscription subscription) {
        pubSub.subscribe(subscription);
    }

    /** Ends a subscription; what it did not push is gone. False if it is not there. */
    public boolean unsubscribe(String name) {
        return pubSub.unsubscribe(name);
    }

    public List<PushSubscription> subscriptions() {
        return pubSub.subscriptions();
    }

    /** Publishes anything, as anybody could who may. */
    public void publish(String topic, byte[] data) {
        pubSub.publish(topic, data);
    }

    /** Those that are alive. */
    public List<GmailWatch> watches() {
        return watches.all();
    }

    /** Ends a user's watches without a word. False if there are none. */
    public boolean removeWatches(String address) {
        return watches.removeAll(address);
    }

    /** What it does wrong from now on, instead of what it did wrong before. */
    public void faults(GmailFaults now) {
        faults.set(now);
    }

    public GmailFaults faults() {
        return faults.now();
    }

    /** Answers the next calls of the kind so. */
    public void answerNext(GmailCall call, GmailAnswer... answers) {
        faults.answerNext(call, List.of(answers));
    }

    /** Behaves again; calls that hang are cut off. */
    public void heal() {
        faults.heal();
    }

    /** Turns the service's clock, so that watches and history expire; back if it is negative. Pushes go by real time. */
    public void advance(Duration time) {
        clock.turn(time);
    }

    /** Another key signs pushes from now on; the one before stays known for a while. Returns the new one's id. */
    public String rotateKeys() {
        return keys.rotate().id();
    }

    /** Keys that do not sign any more are not known any more either. */
    public void withdrawKeys() {
        keys.withdraw();
    }

    /** A token as pushes carry it, for who wants to push himself. */
    public String pushToken(String audience, String serviceAccount) {
        return pushTokens.token(audience, serviceAccount);
    }

    /** How often the call was made, whatever it was answered. */
    public long calls(GmailCall call) {
        return service.calls().of(call);
    }

    /** How many calls were refused with that status, by a fault, a limit or on their merits. */
    public long refused(int status) {
        return service.refused().of(status);
    }

    /** What the calls of the mailbox cost since the start, in quota units; those beyond a limit cost nothing. */
    public long units(String address) {
        return limits.units().of(address.toLowerCase(Locale.ROOT));
    }

    /** The most calls a project had in the mailbox at once, those refused for it among them. */
    public int maxConcurrent(String address) {
        return limits.maxConcurrent(address.toLowerCase(Locale.ROOT));
    }

    public long pushes(PushFate fate) {
        return pubSub.tally().of(fate);
    }

    Counts counts() {
        return new Counts(service.calls(), service.refused(), pubSub.tally(), limits);
    }

    /** All that is counted. */
    record Counts(Tally<GmailCall> calls, Tally<Integer> refused, Tally<PushFate> pushes, QuotaLimits limits) {}

    private Instant listedFrom(Instant now) {
        return now.plus(faults.now().historyLag());
    }

    @Override
    public void close() {
        pubSub.close();
        faults.heal();
        server.stop(0);
        client.shutdownNow();
    }
}
