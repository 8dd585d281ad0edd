package io.waybill.inbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.PointerJob;
import io.waybill.sandbox.gmail.GmailAnswer;
import io.waybill.sandbox.gmail.GmailCall;
import io.waybill.sandbox.gmail.GmailFaults;
import io.waybill.sandbox.gmail.GmailServer;
import io.waybill.sandbox.gmail.GmailSettings;
import io.waybill.sandbox.oauth.ServiceAccountFile;
import io.waybill.sandbox.oauth.TokenServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The processor in front of Gmail: what is pushed, what listing finds, and what Gmail does wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GmailMailIT {
    private static final int PLENTY = 100_000_000;

    @TempDir
    static Path directory;

    private PipelineTopics kafka;
    private TokenServer tokens;
    private GmailServer gmail;
    private EmbeddedServer processor;

    @BeforeAll
    void start() throws Exception {
        kafka = new PipelineTopics();
        tokens = TokenServer.start();
        gmail = GmailServer.start(
                0,
                tokens::grantOf,
                GmailSettings.defaults()
                        .with(GmailSettings.Quota.defaults().allowing(PLENTY, PLENTY, Duration.ofMinutes(1))));
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        // Tenants of its own: classes run side by side, and one ledger has what all of them handled.
        for (String tenant : List.of("umber", "ochre")) {
            ServiceAccountFile account = ServiceAccountFile.readOrMake(
                    secrets.resolve(tenant + ".json"),
                    "waybill@" + tenant + "-mail.iam.gserviceaccount.com",
                    tokens.url());
            tokens.addServiceAccount(account.email(), account.key());
        }
        processor = ApplicationContext.builder(Map.ofEntries(
                        Map.entry("micronaut.server.port", "-1"),
                        Map.entry("kafka.bootstrap.servers", kafka.bootstrapServers()),
                        Map.entry(
                                "waybill.state-dir", directory.resolve("state").toString()),
                        Map.entry("waybill.secrets-dir", secrets.toString()),
                        Map.entry("waybill.oauth.google-url", tokens.url().toString()),
                        Map.entry("waybill.gmail.url", gmail.url() + "gmail/v1/"),
                        Map.entry("waybill.gmail.quota.units-per-minute-per-user", Integer.toString(PLENTY)),
                        Map.entry("waybill.gmail.quota.units-per-minute-per-project", Integer.toString(PLENTY)),
                        Map.entry("waybill.retry.delay", "200ms"),
                        Map.entry("waybill.park.first-probe", "200ms"),
                        Map.entry("waybill.park.probe", "1s")))
                .singletons(new LedgerHandler())
                .run(EmbeddedServer.class);
    }

    @AfterAll
    void stop() {
        processor.close();
        gmail.close();
        tokens.close();
        kafka.close();
    }

    @AfterEach
    void heal() {
        gmail.heal();
    }

    @Test
    @DisplayName("A13 g what several pushes and a tick announce is handled once, and a push that says nothing new lists"
            + " nothing")
    void pushedAndListed_isHandledOnce() {
        Mailbox mailbox = apply("once");
        Set<String> delivered = deliver("once", 40);
        for (int i = 0; i < 5; i++) {
            push(mailbox);
        }
        tick(mailbox);
        push(mailbox);
        kafka.awaitHandled(mailbox, pointers(delivered));
        PipelineTopics.awaitListed(processor, mailbox);
        assertNotNull(PipelineTopics.seen(processor, mailbox).lastNotificationAt());

        awaitRest();
        long calls = gmail.calls(GmailCall.LIST_HISTORY);
        String stale = gmail.historyId(address("once"));
        Set<String> further = deliver("once", 1);
        push(mailbox, stale);
        push(mailbox);
        kafka.awaitHandled(mailbox, pointers(further));
        awaitRest();
        assertEquals(calls + 1, gmail.calls(GmailCall.LIST_HISTORY), "only the push that was news");
        assertEquals(41, LedgerHandler.jobsOf(mailbox).size());
        assertEquals(41, new HashSet<>(LedgerHandler.jobsOf(mailbox)).size());
    }

    @Test
    @DisplayName("A09 g the processor claims the pointer, fetches the whole message from where it is now, and only then"
            + " calls the handler")
    void archivedBeforeTheFetch_isHandled() {
        Mailbox mailbox = apply("archived");
        tick(mailbox);
        PipelineTopics.awaitListed(processor, mailbox);
        String id = deliver("archived", 1).iterator().next();
        gmail.relabel(address("archived"), id, List.of(), List.of("INBOX", "UNREAD"));
        push(mailbox);
        kafka.awaitHandled(mailbox, pointers(Set.of(id)));
        LedgerHandler.Call call = LedgerHandler.callsFor(mailbox).getFirst();
        assertEquals("archived-0", call.subject());
        assertEquals("text", call.text().strip());
    }

    @Test
    @DisplayName("A22 g neither a pointer of tenant A that names a message of tenant B nor a mailbox of A's that names"
            + " B's user reads anything of B")
    void otherTenantsMail_isNotRead() {
        apply("ochre", "theirs");
        String theirs = deliver("theirs", 1).iterator().next();
        Mailbox ours = apply("ours");
        assertEquals(
                "MESSAGE_GONE",
                kafka.outcomeOf(kafka.announce(ours, new GooglePointer(theirs), longAgo()))
                        .code());

        // The domain of theirs lets no service account in but theirs.
        gmail.denyUser(address("theirs"));
        Mailbox greedy = known(mailbox("umber", "greedy", "theirs"));
        PointerJob job = kafka.announce(greedy, new GooglePointer(theirs));
        PipelineTopics.awaitParked(processor);
        assertEquals(List.of(), LedgerHandler.callsFor(greedy));
        // Parks nothing any more.
        known(greedy.asRemoved());
        assertEquals("MAILBOX_REMOVED", kafka.outcomeOf(job).code());
        gmail.allowUser(address("theirs"));
    }

    @Test
    @DisplayName("a gap of which Gmail has forgotten the history, while it is too busy and out of order: nothing lost,"
            + " nothing doubled")
    void gapWithExpiredHistory_isFilled() {
        Mailbox mailbox = apply("gap");
        Set<String> before = deliver("gap", 10);
        tick(mailbox);
        kafka.awaitHandled(mailbox, pointers(before));

        Set<String> missed = deliver("gap", 60);
        gmail.expireHistory(address("gap"));
        gmail.faults(GmailFaults.builder()
                .throttled(0.1)
                .retryAfter(Duration.ofSeconds(1))
                .failing(0.1, 503)
                .build());
        push(mailbox);
        kafka.awaitHandled(mailbox, pointers(missed));
        assertEquals(70, LedgerHandler.jobsOf(mailbox).size());
    }

    @Test
    @DisplayName("A19 g a mail that is really gone ends in a skip, the same each time, and is not asked for again")
    void gone_isSkipped() {
        Mailbox mailbox = apply("gone");
        for (String id : deliver("gone", 2)) {
            gmail.delete(address("gone"), id);
            long before = gmail.calls(GmailCall.GET_MESSAGE);
            JobOutcome outcome = kafka.outcomeOf(kafka.announce(mailbox, new GooglePointer(id), longAgo()));
            assertEquals(JobOutcome.Result.SKIPPED, outcome.result());
            assertEquals("MESSAGE_GONE", outcome.code());
            assertEquals(1, outcome.attemptsTotal());
            assertEquals(2, gmail.calls(GmailCall.GET_MESSAGE) - before, "once, and once more to be sure");
        }
    }

    @Test
    @DisplayName(
            "A24 g a mail that came before the mailbox's since is not handled, whatever brings it back to the inbox")
    void cameBeforeSince_isNotHandled() {
        Mailbox mailbox = apply("since");
        String old = gmail.deliver(
                address("since"), mail("since-old"), List.of(), mailbox.since().minusSeconds(60));
        tick(mailbox);
        PipelineTopics.awaitListed(processor, mailbox);
        gmail.relabel(address("since"), old, List.of("INBOX"), List.of());
        JobOutcome outcome = kafka.outcomeOf(kafka.announce(mailbox, new GooglePointer(old), longAgo()));
        assertEquals(JobOutcome.Result.SKIPPED, outcome.result());
        assertTrue(outcome.detail().contains("before the time"), outcome.detail());
        Set<String> young = deliver("since", 1);
        push(mailbox);
        kafka.awaitHandled(mailbox, pointers(young));
        assertEquals(1, LedgerHandler.jobsOf(mailbox).size());
    }

    @Test
    @DisplayName("a mailbox that the service account may not read any more waits without spending attempts, and goes on"
            + " when it may")
    void denied_parksAndHealsByItself() {
        Mailbox mailbox = apply("denied");
        tick(mailbox);
        PipelineTopics.awaitListed(processor, mailbox);
        Set<String> delivered = deliver("denied", 3);
        gmail.denyUser(address("denied"));
        push(mailbox);
        delivered.forEach(id -> kafka.announce(mailbox, new GooglePointer(id)));
        PipelineTopics.awaitParked(processor);
        gmail.allowUser(address("denied"));
        kafka.awaitHandled(mailbox, pointers(delivered));
        kafka.assertTriedOnce(mailbox, pointers(delivered));
    }

    @Test
    @DisplayName("a user without Gmail parks the mailbox, and makes no mail gone")
    void noMailbox_parksAndHealsByItself() {
        Mailbox mailbox = apply("unlicensed");
        Set<String> delivered = deliver("unlicensed", 1);
        GmailAnswer none = new GmailAnswer(400, "failedPrecondition", "global", "Mail service not enabled", null);
        gmail.answerNext(GmailCall.GET_MESSAGE, none, none, none);
        delivered.forEach(id -> kafka.announce(mailbox, new GooglePointer(id)));
        kafka.awaitHandled(mailbox, pointers(delivered));
        kafka.assertTriedOnce(mailbox, pointers(delivered));
    }

    /** Until nothing is listed any more. */
    private void awaitRest() {
        long[] calls = {-1};
        await().during(Duration.ofSeconds(1)).until(() -> {
            long before = calls[0];
            calls[0] = gmail.calls(GmailCall.LIST_HISTORY);
            return before == calls[0];
        });
    }

    private void push(Mailbox mailbox) {
        push(mailbox, gmail.historyId(((GoogleAccount) mailbox.source()).subject()));
    }

    private void push(Mailbox mailbox, String historyId) {
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.PUSH, null, historyId));
    }

    private void tick(Mailbox mailbox) {
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null));
    }

    private Mailbox apply(String user) {
        return apply("umber", user);
    }

    private Mailbox apply(String tenant, String user) {
        gmail.addUser(address(user));
        return known(mailbox(tenant, user, user));
    }

    private Mailbox known(Mailbox mailbox) {
        return kafka.apply(mailbox, processor);
    }

    /** A push of then is not ahead of its mail. */
    private static Instant longAgo() {
        return Instant.now().minus(Duration.ofMinutes(5));
    }

    private static String address(String user) {
        return user + "@example.com";
    }

    private static Mailbox mailbox(String tenant, String name, String user) {
        return new Mailbox(
                tenant,
                name,
                address(name),
                "inc-1",
                List.of(),
                "k-" + tenant + "-" + name,
                Instant.now().minus(Duration.ofDays(1)),
                List.of("ledger"),
                MailboxLimits.DEFAULTS,
                new GoogleAccount(new CredentialReference("file:" + tenant + ".json"), address(user), null),
                false);
    }

    private Set<String> deliver(String user, int mails) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < mails; i++) {
            ids.add(gmail.deliver(address(user), mail(user + "-" + i)));
        }
        return ids;
    }

    private static byte[] mail(String subject) {
        return ("From: a@example.org\r\nSubject: " + subject + "\r\n\r\ntext\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static Stream<MessagePointer> pointers(Set<String> messages) {
        return messages.stream().map(id -> new GooglePointer(id));
    }
}
