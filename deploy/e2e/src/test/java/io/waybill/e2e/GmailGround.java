package io.waybill.e2e;

import static org.awaitility.Awaitility.await;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PushRegistration;
import io.waybill.contracts.Subscription;
import io.waybill.e2e.AppProcess.App;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailSettings;
import io.waybill.sandbox.gmail.GmailWatch;
import io.waybill.sandbox.gmail.PushSubscription;
import io.waybill.sandbox.oauth.ServiceAccountFile;
import io.waybill.sandbox.oauth.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A {@link Ground} with Google Workspace and Pub/Sub beside it, and the three programs that take its mail in. */
final class GmailGround implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ACCOUNT = "waybill@acme-mail.iam.gserviceaccount.com";
    private static final PushRegistration REGISTRATION = new PushRegistration(
            "k-push",
            "projects/acme-mail/topics/gmail",
            "projects/acme-mail/subscriptions/waybill",
            "https://in.example.com",
            "push@acme-mail.iam.gserviceaccount.com");

    final Ground ground;
    final GmailServer gmail;
    final AppProcess ingress;
    private final TokenServer tokens = TokenServer.start();
    private final AppProcess processor;
    private final List<AppProcess> pulling;

    GmailGround(Path directory) throws Exception {
        this(directory, GmailSettings.defaults(), Map.of());
    }

    GmailGround(Path directory, GmailSettings settings, Map<String, String> processor) throws Exception {
        this(new Ground(directory), settings, processor);
    }

    /** @param processor what the processor is told besides */
    GmailGround(Ground ground, GmailSettings settings, Map<String, String> processor) throws Exception {
        this.ground = ground;
        gmail = GmailServer.start(0, tokens::grantOf, settings);
        ServiceAccountFile account = ServiceAccountFile.readOrMake(
                ground.directory.resolve("secrets").resolve("acme-gmail.json"), ACCOUNT, tokens.url());
        tokens.addServiceAccount(account.email(), account.key());
        ground.apply(REGISTRATION);
        ingress = ground.app(
                App.INGRESS_GOOGLE,
                "ingress-google",
                Map.of("WAYBILL_GOOGLE_JWKS_URL", gmail.certsUrl().toString()));
        gmail.subscribe(new PushSubscription(
                REGISTRATION.subscription(),
                REGISTRATION.topic(),
                pushEndpoint(),
                REGISTRATION.audience(),
                REGISTRATION.serviceAccount()));
        Map<String, String> further = new HashMap<>(addresses());
        further.putAll(processor);
        this.processor = ground.app(App.PROCESSOR, "processor", further);
        pulling = List.of(ground.app(App.WATCH, "watch", addresses()), this.processor);
    }

    /** What those who ask Google need to know. */
    Map<String, String> addresses() {
        return Map.of(
                "WAYBILL_PUBLIC_URL", ingress.url().toString(),
                "WAYBILL_GMAIL_URL", gmail.url() + "gmail/v1/",
                "WAYBILL_OAUTH_GOOGLE_URL", tokens.url().toString());
    }

    /** Where Pub/Sub pushes to. */
    URI pushEndpoint() {
        return ingress.url().resolve("google/push?k=" + REGISTRATION.k());
    }

    /** A token as pushes carry it, made for somebody else. */
    String foreignToken() {
        return gmail.pushToken("https://elsewhere.example.com", REGISTRATION.serviceAccount());
    }

    /**
     * The ingress comes first, and is awaited: what is announced while there is none is pushed again, but later and later.
     *
     * @param jvm further options of the JVMs of watch and processor; the ingress checks how old tokens are, by the machine's own clock
     */
    void startApps(String... jvm) throws IOException {
        ingress.start();
        ingress.awaitReady();
        for (AppProcess app : pulling) {
            app.start(jvm);
        }
        pulling.forEach(AppProcess::awaitReady);
    }

    void stopApps() throws InterruptedException {
        for (AppProcess app : pulling) {
            app.stop();
        }
        ingress.stop();
    }

    /** Turns the clocks of all that is Google's; back if it is negative. */
    void advance(Duration time) {
        gmail.advance(time);
        tokens.advance(time);
    }

    /** Mailboxes of one tenant, made known, whose mails become tickets. */
    List<Mailbox> mailboxes(String tenant, int count, Instant since) {
        return mailboxes(tenant, count, since, MailboxLimits.DEFAULTS);
    }

    List<Mailbox> mailboxes(String tenant, int count, Instant since, MailboxLimits limits) {
        List<Mailbox> mailboxes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            mailboxes.add(ground.apply(mailbox(tenant, "box" + i, since, limits)));
        }
        return mailboxes;
    }

    private Mailbox mailbox(String tenant, String name, Instant since, MailboxLimits limits) {
        String address = Ground.address(tenant, name);
        gmail.addUser(address);
        return Ground.mailbox(
                tenant,
                name,
                since,
                limits,
                new GoogleAccount(new CredentialReference("file:acme-gmail.json"), address, REGISTRATION.topic()));
    }

    /** A mail arrives now, as Gmail has it; the job that it is, whoever finds it. */
    PointerJob deliver(Mailbox mailbox, String id, String text) {
        return job(mailbox, gmail.deliver(mailbox.address(), Ground.eml(mailbox, id, text, text)));
    }

    /** The same for a mail that came at another time. */
    PointerJob deliver(Mailbox mailbox, String id, String text, Instant received) {
        return job(
                mailbox,
                gmail.deliver(
                        mailbox.address(), Ground.eml(mailbox, id, text, text), List.of("UNREAD", "INBOX"), received));
    }

    /** The job that a message is. */
    static PointerJob job(Mailbox mailbox, String message) {
        return PointerJob.of(mailbox, new GooglePointer(message), Instant.now());
    }

    /** Has the mailboxes listed, as a tick does that comes by itself some time or other. */
    void tick(Collection<Mailbox> mailboxes) {
        mailboxes.forEach(
                mailbox -> ground.accept(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null)));
    }

    /** How many changes were pushed that had the mailbox listed. One whose answer was lost is pushed again, and is none more. */
    long pushed(Mailbox mailbox) {
        return ground.pointers().stream()
                .filter(job -> job.mailbox().equals(mailbox.key()))
                .map(PointerJob::pointer)
                .filter(pointer ->
                        pointer instanceof ChangesPointer changes && changes.reason() == ChangesPointer.Reason.PUSH)
                .distinct()
                .count();
    }

    /** Those of the jobs that listing found. */
    Set<JobId> found(Collection<PointerJob> jobs) {
        return ground.broughtIn(jobs, _ -> true);
    }

    /**
     * Waits until Gmail announces what comes, and until the listing is over that follows each new watch: what comes from then on is
     * announced, or found by nobody for minutes.
     */
    void awaitAnnounced(Collection<Mailbox> mailboxes) {
        awaitWatched(mailboxes);
        ground.awaitListed(
                mailboxes, processor, () -> gmail.calls(GmailCall.LIST_MESSAGES) + gmail.calls(GmailCall.LIST_HISTORY));
    }

    /** Waits until what comes to each of these is announced; what came before may still be listed. */
    void awaitWatched(Collection<Mailbox> mailboxes) {
        await("watches of " + mailboxes.size() + " mailboxes")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    Map<MailboxKey, Subscription> known = ground.subscriptions();
                    Set<String> watched =
                            gmail.watches().stream().map(GmailWatch::address).collect(Collectors.toSet());
                    List<PointerJob> pointers = ground.pointers();
                    return mailboxes.stream()
                            .allMatch(mailbox -> watched.contains(mailbox.address())
                                    && Ground.isListedSince(known.get(mailbox.key()), pointers));
                });
    }

    /** How often each call was made so far. */
    Map<GmailCall, Long> calls() {
        return Ground.counts(GmailCall.class, gmail::calls);
    }

    /** How often each call was made since, without those that were not. */
    Map<GmailCall, Long> callsSince(Map<GmailCall, Long> before) {
        return Ground.since(before, calls());
    }

    /** What the mailboxes' calls cost so far. */
    long units(Collection<Mailbox> mailboxes) {
        return mailboxes.stream()
                .mapToLong(mailbox -> gmail.units(mailbox.address()))
                .sum();
    }

    /** All of it, where the ground and the programs are somebody else's. */
    void closeEmulator() {
        gmail.close();
        tokens.close();
    }

    @Override
    public void close() throws Exception {
        for (AppProcess app : pulling) {
            app.kill();
        }
        ingress.kill();
        closeEmulator();
        ground.close();
    }
}
