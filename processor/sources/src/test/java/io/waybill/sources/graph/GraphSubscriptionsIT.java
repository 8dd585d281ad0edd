package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.graph.GraphAnswer;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphServer;
import io.waybill.sandbox.graph.GraphSubscription;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.SubscriptionResult;
import io.waybill.sources.SubscriptionResult.Failed;
import io.waybill.sources.SubscriptionResult.Gone;
import io.waybill.sources.SubscriptionResult.Live;
import io.waybill.sources.graph.GraphSubscriptions.Wanted;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions at the emulator, with all that Graph answers. */
class GraphSubscriptionsIT {
    private static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    private static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
    private static final String USER = "622eaaff-0683-4862-9de4-f2ec83c2bd98";

    private TokenServer tokens;
    private GraphServer graph;
    private HttpServer ingress;
    private GraphSubscriptions subscriptions;
    private volatile int ingressAnswers = 200;

    private final Mailbox mailbox = mailbox("support", USER);
    private final Instant end = Instant.now().plus(Duration.ofDays(6)).truncatedTo(ChronoUnit.SECONDS);

    @BeforeEach
    void start() throws IOException {
        tokens = TokenServer.start();
        tokens.addApp(DIRECTORY, APP, "swordfish");
        graph = GraphServer.start(0, token -> tokens.appOf(token, GraphServer.SCOPE));
        graph.addUser(USER, "support@acme.example");
        ingress = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ingress.createContext("/", this::echo);
        ingress.start();
        subscriptions = new GraphSubscriptions(
                new GraphEndpoints(Optional.of(URI.create(graph.url() + "v1.0/"))),
                SharedApps.NONE,
                new AccessTokens(
                        new Secrets(Map.of("WAYBILL_SECRET_GRAPH", "swordfish"), Path.of("none")),
                        TokenEndpoints.of(Optional.of(tokens.url()), Optional.empty()),
                        Clock.systemUTC()),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        subscriptions.close();
        ingress.stop(0);
        graph.close();
        tokens.close();
    }

    @Test
    void create_asksForWhatIsNeededAndNoMore() {
        Live live = live(create());
        assertEquals(end, live.expiresAt());
        GraphSubscription made = graph.subscriptions().getFirst();
        assertEquals(live.id(), made.id());
        assertEquals(List.of("created"), made.changeTypes());
        assertTrue(made.immutableIds());
        assertEquals("users/" + USER + "/mailFolders('inbox')/messages", made.resource());
        assertEquals(ingress("/microsoft/notifications?k=k-support"), made.notificationUrl());
        assertEquals(ingress("/microsoft/lifecycle?k=k-support"), made.lifecycleUrl());
        assertEquals("proof", made.clientState());
    }

    @Test
    @DisplayName("an end that Graph does not grant is the one that it says")
    void create_endThatIsNotGranted_isTheOneThatItSays() {
        Instant soon = Instant.now().plus(Duration.ofMinutes(1));
        Live live = live(subscriptions.create(mailbox, wanted(soon, Optional.empty())));
        assertTrue(live.expiresAt().isAfter(soon.plus(Duration.ofMinutes(30))), live.toString());
    }

    @Test
    @DisplayName("one that is there, of which nobody knows, is deleted, and a new one is made")
    void create_conflictWithAnUnknownOne_replacesIt() {
        String before = live(create()).id();
        String after = live(create()).id();
        assertNotEquals(before, after);
        assertEquals(
                List.of(after),
                graph.subscriptions().stream().map(GraphSubscription::id).toList());
    }

    @Test
    @DisplayName("one that is there and is ours on the same terms is adopted, and renewed")
    void create_conflictWithOurOwn_adoptsIt() {
        String own = live(create()).id();
        graph.advance(Duration.ofHours(1));
        Instant later = end.plus(Duration.ofMinutes(30));
        Live adopted = live(subscriptions.create(mailbox, wanted(later, Optional.of(own))));
        assertEquals(own, adopted.id());
        assertEquals(later, adopted.expiresAt());
        assertEquals(1, graph.subscriptions().size());
        assertEquals(0, graph.calls(GraphCall.DELETE_SUBSCRIPTION));
    }

    @Test
    @DisplayName("one of ours that Graph still lists and does not have any more is replaced")
    void create_conflictWithOurOwnThatHasGone_replacesIt() {
        String own = live(create()).id();
        graph.answerNext(GraphCall.RENEW_SUBSCRIPTION, new GraphAnswer(404, "ResourceNotFound", "it has gone", null));
        Live made = live(subscriptions.create(mailbox, wanted(end, Optional.of(own))));
        assertNotEquals(own, made.id());
        assertEquals(
                List.of(made.id()),
                graph.subscriptions().stream().map(GraphSubscription::id).toList());
    }

    @Test
    @DisplayName("a conflict touches the subscription of no other mailbox, however many there are")
    void create_conflict_leavesOthersAlone() {
        for (int i = 0; i < 120; i++) {
            String user = "622eaaff-0683-4862-9de4-0000000%05d".formatted(i);
            graph.addUser(user, "box" + i + "@acme.example");
            live(subscriptions.create(mailbox("box" + i, user), wanted(end, Optional.empty())));
        }
        live(create());
        live(create());
        assertEquals(121, graph.subscriptions().size());
        assertEquals(2, graph.calls(GraphCall.LIST_SUBSCRIPTIONS), "of two pages");
    }

    @Test
    void create_ingressDoesNotAnswer_saysWhatToDo() {
        ingressAnswers = 502;
        Failed failed = assertInstanceOf(Failed.class, create());
        assertEquals(FailureCode.SOURCE_ERROR, failed.code());
        assertTrue(failed.detail().contains("ValidationError"), failed.detail());
        assertTrue(failed.detail().contains("gets no answer at the public URL"), failed.detail());
        assertFalse(failed.toString().contains("proof"), "no secret");
        assertEquals(List.of(), graph.subscriptions());
    }

    @Test
    void create_noPermission_isRefused() {
        graph.denyUser(USER);
        assertEquals(
                FailureCode.CREDENTIALS_REFUSED,
                assertInstanceOf(Failed.class, create()).code());
    }

    @Test
    void create_noSuchMailbox_isGone() {
        graph.removeUser(USER);
        assertEquals(
                FailureCode.MAILBOX_GONE,
                assertInstanceOf(Failed.class, create()).code());
    }

    @Test
    void create_throttled_saysForHowLong() {
        graph.answerNext(GraphCall.CREATE_SUBSCRIPTION, GraphAnswer.throttled(Duration.ofSeconds(40)));
        Failed failed = assertInstanceOf(Failed.class, create());
        assertEquals(FailureCode.SOURCE_THROTTLED, failed.code());
        assertEquals(Optional.of(Duration.ofSeconds(40)), failed.retryAfter());
    }

    @Test
    void renew_movesTheEnd() {
        String id = live(create()).id();
        Instant later = end.plus(Duration.ofMinutes(30));
        assertEquals(new Live(id, later), subscriptions.renew(mailbox, id, later));
        assertEquals(later, graph.subscriptions().getFirst().expiration());
    }

    @Test
    @DisplayName("renewing what is not there any more says that it is gone, and not that the mailbox is")
    void renew_removed_isGone() {
        String id = live(create()).id();
        graph.removeSubscription(id);
        assertEquals(new Gone(), subscriptions.renew(mailbox, id, end));
    }

    @ParameterizedTest
    @DisplayName("of a subscription every 404 says that it is gone, whatever its name")
    @ValueSource(strings = {"ErrorItemNotFound", "UnknownError", "ExtensionError"})
    void renew_404OfAnyName_isGone(String code) {
        String id = live(create()).id();
        graph.answerNext(GraphCall.RENEW_SUBSCRIPTION, new GraphAnswer(404, code, "it has gone", null));
        assertEquals(new Gone(), subscriptions.renew(mailbox, id, end));
    }

    @Test
    void renew_serverFails_isNotGone() {
        String id = live(create()).id();
        graph.answerNext(GraphCall.RENEW_SUBSCRIPTION, GraphAnswer.failure(503));
        assertEquals(
                FailureCode.SOURCE_UNREACHABLE,
                assertInstanceOf(Failed.class, subscriptions.renew(mailbox, id, end))
                        .code());
    }

    @Test
    void delete_isGone_alsoTheSecondTime() {
        String id = live(create()).id();
        assertEquals(new Gone(), subscriptions.delete(mailbox, id));
        assertEquals(List.of(), graph.subscriptions());
        assertEquals(new Gone(), subscriptions.delete(mailbox, id));
    }

    private SubscriptionResult create() {
        return subscriptions.create(mailbox, wanted(end, Optional.empty()));
    }

    private Wanted wanted(Instant end, Optional<String> own) {
        return new Wanted(
                ingress("/microsoft/notifications?k=k-support"),
                ingress("/microsoft/lifecycle?k=k-support"),
                Secret.of("proof"),
                end,
                own);
    }

    private static Live live(SubscriptionResult result) {
        return assertInstanceOf(Live.class, result);
    }

    private URI ingress(String path) {
        return URI.create("http://127.0.0.1:" + ingress.getAddress().getPort() + path);
    }

    /** Does what an ingress does while a subscription is made. */
    private void echo(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            byte[] token = URLDecoder.decode(
                            query.substring(query.indexOf("validationToken=") + "validationToken=".length()),
                            StandardCharsets.UTF_8)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(ingressAnswers, token.length);
            exchange.getResponseBody().write(token);
        }
    }

    private static Mailbox mailbox(String name, String user) {
        return new Mailbox(
                "acme",
                name,
                name + "@acme.example",
                "inc-1",
                null,
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                new MicrosoftAccount(
                        DIRECTORY,
                        APP,
                        new MicrosoftAccount.ClientSecret(new CredentialReference("env:WAYBILL_SECRET_GRAPH")),
                        user,
                        null,
                        null),
                false);
    }
}
