package io.waybill.inbound;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.PointerJob;
import io.waybill.inbound.topology.JobView;
import io.waybill.sandbox.graph.GraphAnswer;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphFaults;
import io.waybill.sandbox.graph.GraphServer;
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
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The processor in front of Microsoft Graph: what is announced, what listing finds, and what Graph does wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GraphMailIT {
    private static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    private static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";

    @TempDir
    static Path directory;

    private PipelineTopics kafka;
    private TokenServer tokens;
    private GraphServer graph;
    private EmbeddedServer processor;

    @BeforeAll
    void start() throws Exception {
        kafka = new PipelineTopics();
        tokens = TokenServer.start();
        tokens.addApp(DIRECTORY, APP, "swordfish");
        graph = GraphServer.start(0, token -> tokens.appOf(token, GraphServer.SCOPE));
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("graph"), "swordfish\n");
        processor = ApplicationContext.builder(Map.ofEntries(
                        Map.entry("micronaut.server.port", "-1"),
                        Map.entry("kafka.bootstrap.servers", kafka.bootstrapServers()),
                        Map.entry(
                                "waybill.state-dir", directory.resolve("state").toString()),
                        Map.entry("waybill.secrets-dir", secrets.toString()),
                        Map.entry("waybill.oauth.microsoft-url", tokens.url().toString()),
                        Map.entry("waybill.graph.url", graph.url() + "v1.0/"),
                        Map.entry("waybill.retry.delay", "200ms"),
                        // Where a third of all attempts fail, eight in a row are no wonder.
                        Map.entry("waybill.retry.max-delay", "2s"),
                        Map.entry("waybill.retry.max-attempts", "30"),
                        Map.entry("waybill.park.first-probe", "200ms"),
                        Map.entry("waybill.park.probe", "1s"),
                        Map.entry("waybill.microsoft.apps.ours.client-id", APP),
                        Map.entry("waybill.microsoft.apps.ours.client-secret", "file:graph"),
                        Map.entry("waybill.microsoft.apps.ours.tenants", DIRECTORY),
                        Map.entry("waybill.microsoft.apps.ours.users", "shared,other")))
                .singletons(new LedgerHandler())
                .run(EmbeddedServer.class);
    }

    @AfterAll
    void stop() {
        processor.close();
        graph.close();
        tokens.close();
        kafka.close();
    }

    @AfterEach
    void heal() {
        graph.heal();
    }

    @Test
    @DisplayName("A13 m what is announced twice and listed besides is handled once; what only listing found is counted")
    void announcedAndListed_isHandledOnce() {
        Mailbox mailbox = apply("once");
        Set<String> delivered = deliver("once", 40);
        delivered.stream().limit(20).forEach(id -> {
            kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created"));
            kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created"));
        });
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null));
        kafka.awaitHandled(mailbox, pointers(delivered));
        assertEquals(40, LedgerHandler.jobsOf(mailbox).size());
        assertEquals(delivered.size(), new HashSet<>(LedgerHandler.jobsOf(mailbox)).size());
        PipelineTopics.awaitListed(processor, mailbox);
        assertEquals(20, PipelineTopics.seen(processor, mailbox).foundByListing());
        assertNotNull(PipelineTopics.seen(processor, mailbox).lastNotificationAt());
    }

    @Test
    @DisplayName("A09 m the processor claims the pointer, fetches the whole message from where it is now, and only then"
            + " calls the handler")
    void movedBeforeTheFetch_isHandled() {
        Mailbox mailbox = apply("moved");
        String id = deliver("moved", 1).iterator().next();
        graph.move("moved", id, "archive");
        kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created"));
        kafka.awaitHandled(mailbox, pointers(Set.of(id)));
        LedgerHandler.Call call = LedgerHandler.callsFor(mailbox).getFirst();
        assertEquals("moved-0", call.subject());
        assertEquals("text", call.text().strip());
    }

    @Test
    @DisplayName(
            "A22 m neither a pointer of tenant A that names a message of tenant B nor a mailbox of A's that names B's"
                    + " user reads anything of B")
    void otherTenantsMail_isNotRead() {
        apply("globex", "theirs", secret());
        String theirs = deliver("theirs", 1).iterator().next();
        MicrosoftPointer pointer = new MicrosoftPointer("sub-1", theirs, "created");
        Mailbox ours = apply("ours");
        assertEquals(
                "MESSAGE_GONE",
                kafka.outcomeOf(kafka.announce(ours, pointer, longAgo())).code());

        Mailbox greedy = known(mailbox("acme", "theirs", new MicrosoftAccount.SharedApp()));
        PointerJob job = kafka.announce(greedy, pointer);
        KafkaStreams streams = processor.getApplicationContext().getBean(KafkaStreams.class);
        // It is probed now and then, and is not parked meanwhile.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> JobView.find(streams, job.jobId())
                        .filter(seen -> seen.state().equals("parked"))
                        .filter(seen -> seen.code().equals("CREDENTIALS_REFUSED"))
                        .isPresent());
        assertEquals(0, graph.maxConcurrent("theirs"), "nobody asked for anything of theirs");
        // Parks nothing any more.
        known(greedy.asRemoved());
        assertEquals("MAILBOX_REMOVED", kafka.outcomeOf(job).code());
    }

    @Test
    @DisplayName("T10 a notification that comes before its mail can be read is handled when it can")
    void announcedBeforeItIsThere_isHandledLater() {
        Mailbox mailbox = apply("early");
        graph.faults(GraphFaults.builder().invisibleFor(Duration.ofSeconds(2)).build());
        String id = deliver("early", 1).iterator().next();
        kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created"));
        kafka.awaitHandled(mailbox, pointers(Set.of(id)));
    }

    @Test
    @DisplayName("a gap with a cursor that has expired, and Graph throttled and failing: nothing lost, nothing doubled")
    void gapWithExpiredCursor_isFilled() {
        Mailbox mailbox = apply("gap");
        Set<String> before = deliver("gap", 10);
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null));
        kafka.awaitHandled(mailbox, pointers(before));

        Set<String> missed = deliver("gap", 60);
        graph.expireDeltaTokens();
        graph.faults(GraphFaults.builder()
                .throttled(0.1)
                .retryAfter(Duration.ofSeconds(1))
                .failing(0.1, 503)
                .build());
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null));
        kafka.awaitHandled(mailbox, pointers(missed));
        assertEquals(70, LedgerHandler.jobsOf(mailbox).size());
        System.out.printf(
                "a gap of 60 mails with 10 %% of calls throttled and 10 %% failing: %d calls for messages, %d for their"
                        + " content%n",
                graph.calls(GraphCall.GET_MESSAGE), graph.calls(GraphCall.GET_MIME));
    }

    @Test
    @DisplayName("an app of the operator's is used for those whom the processor's configuration names")
    void sharedApp_readsTheMailboxesOfItsList() {
        Mailbox mailbox = apply("acme", "shared", new MicrosoftAccount.SharedApp());
        Set<String> delivered = deliver("shared", 2);
        kafka.announce(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null));
        kafka.awaitHandled(mailbox, pointers(delivered));
    }

    @Test
    @DisplayName("A19 m a mail that is really gone ends in a skip, the same each time, and is not asked for again")
    void gone_isSkipped() {
        Mailbox mailbox = apply("gone");
        for (String id : deliver("gone", 2)) {
            graph.delete("gone", id);
            long before = graph.calls(GraphCall.GET_MESSAGE);
            JobOutcome outcome =
                    kafka.outcomeOf(kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created"), longAgo()));
            assertEquals(JobOutcome.Result.SKIPPED, outcome.result());
            assertEquals("MESSAGE_GONE", outcome.code());
            assertEquals(1, outcome.attemptsTotal());
            assertTrue(outcome.detail().contains("immutable id"), outcome.detail());
            assertEquals(2, graph.calls(GraphCall.GET_MESSAGE) - before, "once, and once more to be sure");
        }
    }

    @Test
    @DisplayName(
            "a mailbox that the app may not read any more waits without spending attempts, and goes on when it may")
    void denied_parksAndHealsByItself() {
        Mailbox mailbox = apply("denied");
        Set<String> delivered = deliver("denied", 3);
        graph.denyUser("denied");
        delivered.forEach(id -> kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created")));
        PipelineTopics.awaitParked(processor);
        graph.allowUser("denied");
        kafka.awaitHandled(mailbox, pointers(delivered));
        kafka.assertTriedOnce(mailbox, pointers(delivered));
    }

    @Test
    @DisplayName("404 that speaks of the mailbox parks it, and makes no mail gone")
    void noMailbox_parksAndHealsByItself() {
        Mailbox mailbox = apply("unlicensed");
        Set<String> delivered = deliver("unlicensed", 1);
        GraphAnswer none = new GraphAnswer(404, "MailboxNotEnabledForRESTAPI", "No REST API for this mailbox.", null);
        graph.answerNext(GraphCall.GET_MESSAGE, none, none, none);
        delivered.forEach(id -> kafka.announce(mailbox, new MicrosoftPointer("sub-1", id, "created")));
        kafka.awaitHandled(mailbox, pointers(delivered));
        kafka.assertTriedOnce(mailbox, pointers(delivered));
    }

    private Mailbox apply(String user) {
        return apply("acme", user, secret());
    }

    private Mailbox apply(String tenant, String user, MicrosoftAccount.SignIn signIn) {
        graph.addUser(user, user + "@example.com");
        return known(mailbox(tenant, user, signIn));
    }

    private Mailbox known(Mailbox mailbox) {
        return kafka.apply(mailbox, processor);
    }

    private static MicrosoftAccount.SignIn secret() {
        return new MicrosoftAccount.ClientSecret(new CredentialReference("file:graph"));
    }

    /** A notification of then is not ahead of its mail. */
    private static Instant longAgo() {
        return Instant.now().minus(Duration.ofMinutes(5));
    }

    private static Mailbox mailbox(String tenant, String user, MicrosoftAccount.SignIn signIn) {
        return new Mailbox(
                tenant,
                user,
                user + "@example.com",
                "inc-1",
                List.of(),
                "k-" + tenant + "-" + user,
                Instant.now().minus(Duration.ofDays(1)),
                List.of("ledger"),
                MailboxLimits.DEFAULTS,
                new MicrosoftAccount(DIRECTORY, APP, signIn, user, null, null),
                false);
    }

    private Set<String> deliver(String user, int mails) {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < mails; i++) {
            String mail = "From: a@example.org\r\nSubject: " + user + "-" + i + "\r\n\r\ntext\r\n";
            ids.add(graph.deliver(user, mail.getBytes(StandardCharsets.US_ASCII)));
        }
        return ids;
    }

    private static Stream<MessagePointer> pointers(Set<String> messages) {
        return messages.stream().map(id -> new MicrosoftPointer(null, id, null));
    }
}
