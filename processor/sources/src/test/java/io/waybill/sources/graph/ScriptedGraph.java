package io.waybill.sources.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.Secrets;
import io.waybill.sandbox.oauth.TokenServer;
import io.waybill.sources.ByteBudget;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.http.ScriptedApi;
import io.waybill.sources.http.ScriptedApi.Answer;
import io.waybill.sources.http.ScriptedApi.Asked;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.TokenEndpoints;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Graph that answers what it is told, also what Graph never would, and one mailbox in front of it. */
final class ScriptedGraph implements AutoCloseable {
    static final String USER = "622eaaff-0683-4862-9de4-f2ec83c2bd98";
    /** A message that can be read: what its head and its content are answered with. */
    static final Answer HEAD = Answer.json("{\"id\":\"AAkA\",\"receivedDateTime\":\"2026-11-01T10:00:00Z\"}");

    static final Answer MIME = new Answer(200, Map.of(), "From: a@example.org\r\n\r\nbody\r\n");

    private static final String DIRECTORY = "9f0d7c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f";
    private static final String APP = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d";
    private static final Duration WITHIN = Duration.ofSeconds(20);

    final TokenServer tokens = TokenServer.start();
    final GraphMailSource source;
    final Mailbox mailbox;

    private final ByteBudget budget = new ByteBudget(16 << 20, 64 << 20);
    private final ScriptedApi api = new ScriptedApi();

    /** An error as Graph words it. */
    static Answer error(int status, String code) {
        return new Answer(status, Map.of(), "{\"error\":{\"code\":\"" + code + "\",\"message\":\"a subject\"}}");
    }

    /** @param directory for large mails */
    ScriptedGraph(Path directory) throws IOException {
        tokens.addApp(DIRECTORY, APP, "swordfish");
        source = new GraphMailSource(
                new GraphEndpoints(Optional.of(URI.create(base()))),
                SharedApps.NONE,
                new AccessTokens(
                        new Secrets(Map.of("WAYBILL_SECRET_GRAPH", "swordfish"), directory),
                        TokenEndpoints.of(Optional.of(tokens.url()), Optional.empty()),
                        Clock.systemUTC()),
                budget,
                directory,
                Clock.systemUTC());
        mailbox = new Mailbox(
                "acme",
                "support",
                "support@acme.example",
                "inc-1",
                null,
                "k-support",
                Instant.parse("2026-10-01T00:00:00Z"),
                List.of("tickets"),
                MailboxLimits.DEFAULTS,
                new MicrosoftAccount(
                        DIRECTORY,
                        APP,
                        new MicrosoftAccount.ClientSecret(new CredentialReference("env:WAYBILL_SECRET_GRAPH")),
                        USER,
                        null,
                        null),
                false);
    }

    /** The address that stands for {@code https://graph.microsoft.com/v1.0/}. */
    String base() {
        return api.url() + "v1.0/";
    }

    /** Answers the next calls so; what comes behind them is an error that no test expects. */
    void answer(Answer... next) {
        api.answer(next);
    }

    List<Asked> asked() {
        return api.asked();
    }

    FetchResult fetch() {
        return fetch("AAkA");
    }

    FetchResult fetch(String id) {
        return source.fetch(mailbox, new MicrosoftPointer(null, id, null), WITHIN);
    }

    RelocateResult relocate() {
        return source.relocate(mailbox, new MicrosoftPointer(null, "AAkA", null), WITHIN);
    }

    ListResult list(Optional<String> cursor, Optional<String> page) {
        return source.list(mailbox, "INBOX", cursor, page, Optional.empty(), WITHIN);
    }

    /** Nothing may be left of what was read. */
    @Override
    public void close() {
        source.close();
        api.close();
        tokens.close();
        assertEquals(0, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
    }
}
