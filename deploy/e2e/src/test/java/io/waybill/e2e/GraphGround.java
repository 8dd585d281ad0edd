package io.waybill.e2e;

import static org.awaitility.Awaitility.await;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Subscription;
import io.waybill.e2e.AppProcess.App;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.graph.GraphSubscription;
import io.waybill.sandbox.oauth.TokenServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** A {@link Ground} with Microsoft 365 beside it, and the three programs that take its mail in. */
final class GraphGround implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    private static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";

    final Ground ground;
    final GraphServer graph;
    final AppProcess ingress;
    private final AppProcess processor;
    private final TokenServer tokens = TokenServer.start();
    private final List<AppProcess> apps;

    GraphGround(Path directory) throws Exception {
        this(new Ground(directory));
    }

    GraphGround(Ground ground) throws Exception {
        this.ground = ground;
        tokens.addApp(DIRECTORY, APP, "swordfish");
        graph = GraphServer.start(0, token -> tokens.appOf(token, GraphServer.SCOPE));
        ground.secret("graph", "swordfish");
        ingress = ground.app(App.INGRESS_MICROSOFT, "ingress-microsoft", Map.of());
        processor = ground.app(App.PROCESSOR, "processor", addresses());
        apps = List.of(ground.app(App.WATCH, "watch", addresses()), ingress, processor);
    }

    /** What those who ask Microsoft need to know. */
    Map<String, String> addresses() {
        return Map.of(
                "WAYBILL_PUBLIC_URL", ingress.url().toString(),
                "WAYBILL_GRAPH_URL", graph.url() + "v1.0/",
                "WAYBILL_OAUTH_MICROSOFT_URL", tokens.url().toString());
    }

    /** @param jvm further options of each JVM */
    void startApps(String... jvm) throws IOException {
        for (AppProcess app : apps) {
            app.start(jvm);
        }
        apps.forEach(AppProcess::awaitReady);
    }

    void stopApps() throws InterruptedException {
        for (AppProcess app : apps) {
            app.stop();
        }
    }

    /** Mailboxes of one tenant, made known, whose mails become tickets. */
    List<Mailbox> mailboxes(String tenant, int count, Instant since) {
        List<Mailbox> mailboxes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mailboxes.add(ground.apply(mailbox(tenant, "box" + i, since)));
        }
        return mailboxes;
    }

    /** A mailbox at Microsoft that nobody here knows of yet. */
    Mailbox mailbox(String tenant, String name, Instant since) {
        String address = Ground.address(tenant, name);
        String user =
                UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8)).toString();
        graph.addUser(user, address);
        return Ground.mailbox(
                tenant,
                name,
                since,
                MailboxLimits.DEFAULTS,
                new MicrosoftAccount(
                        DIRECTORY,
                        APP,
                        new MicrosoftAccount.ClientSecret(new CredentialReference("file:graph")),
                        user,
                        null,
                        null));
    }

    static String user(Mailbox mailbox) {
        return ((MicrosoftAccount) mailbox.source()).userId();
    }

    /** A mail arrives now, as Graph has it; the job that it is, whoever announces it. */
    PointerJob deliver(Mailbox mailbox, String id, String text) {
        return job(mailbox, graph.deliver(user(mailbox), Ground.eml(mailbox, id, text, text)));
    }

    /** The same for a mail that came at another time. */
    PointerJob deliver(Mailbox mailbox, String id, String text, Instant received) {
        return job(mailbox, graph.deliver(user(mailbox), "inbox", Ground.eml(mailbox, id, text, text), received));
    }

    /** The job that a message is. */
    static PointerJob job(Mailbox mailbox, String message) {
        return PointerJob.of(mailbox, new MicrosoftPointer(null, message, null), Instant.now());
    }

    /** The mailbox's subscription, as Graph has it. */
    Optional<GraphSubscription> subscription(Mailbox mailbox) {
        return graph.subscriptions().stream()
                .filter(each -> each.user().equals(user(mailbox)))
                .findFirst();
    }

    /**
     * Waits until Graph announces what comes, and until the listing is over that follows each new subscription: what comes from then on is
     * announced, or found by nobody for minutes.
     */
    void awaitAnnounced(Collection<Mailbox> mailboxes) {
        awaitSubscribed(mailboxes);
        ground.awaitListed(
                mailboxes, processor, () -> graph.calls(GraphCall.LIST_FOLDER) + graph.calls(GraphCall.DELTA));
    }

    /** Waits until what comes to each of these is announced; what came before may still be listed. */
    void awaitSubscribed(Collection<Mailbox> mailboxes) {
        await("subscriptions of " + mailboxes.size() + " mailboxes")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Map<MailboxKey, Subscription> known = ground.subscriptions();
                    List<PointerJob> pointers = ground.pointers();
                    return mailboxes.stream()
                            .allMatch(mailbox -> subscription(mailbox)
                                    .map(GraphSubscription::id)
                                    .filter(id -> isListedSince(id, known.get(mailbox.key()), pointers))
                                    .isPresent());
                });
    }

    /** Whether the mailbox was to be listed after that subscription was made. */
    private static boolean isListedSince(String id, Subscription known, List<PointerJob> pointers) {
        return Ground.isListedSince(known, pointers) && known.held().id().equals(id);
    }

    /** Those of the jobs that notifications brought in. */
    Set<JobId> announced(Collection<PointerJob> jobs) {
        return broughtIn(jobs, pointer -> pointer.subscriptionId() != null);
    }

    /** Those of the jobs that listing brought in. */
    Set<JobId> found(Collection<PointerJob> jobs) {
        return broughtIn(jobs, pointer -> pointer.subscriptionId() == null);
    }

    private Set<JobId> broughtIn(Collection<PointerJob> jobs, Predicate<MicrosoftPointer> how) {
        return ground.broughtIn(jobs, pointer -> pointer instanceof MicrosoftPointer graphs && how.test(graphs));
    }

    /** How often each call was made so far. */
    Map<GraphCall, Long> calls() {
        return Ground.counts(GraphCall.class, graph::calls);
    }

    /** How often each call was made since, without those that were not. */
    Map<GraphCall, Long> callsSince(Map<GraphCall, Long> before) {
        return Ground.since(before, calls());
    }

    /** All of it, where the ground and the programs are somebody else's. */
    void closeEmulator() {
        graph.close();
        tokens.close();
    }

    @Override
    public void close() throws Exception {
        for (AppProcess app : apps) {
            app.kill();
        }
        closeEmulator();
        ground.close();
    }
}
