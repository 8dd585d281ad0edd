package io.waybill.sources.gmail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.GooglePointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gmail that answers what it is told, also what Gmail never would, and one mailbox in front of it. */
final class ScriptedGmail implements AutoCloseable {
    static final String USER = "support@acme.example";
    static final String TOPIC = "projects/acme-mail/topics/gmail";
    static final String ID = "187b2f0c4d5e6f70";
    static final Instant SINCE = Instant.parse("2026-10-01T00:00:00Z");

    static final byte[] MIME = "From: a@example.org\r\n\r\nbody\r\n".getBytes(StandardCharsets.UTF_8);

    /** A message that can be read. */
    static final Answer MESSAGE = message("\"INBOX\",\"UNREAD\"", MIME);

    /** So much that no test waits for it. */
    private static final GmailQuota PLENTY = new GmailQuota(60_000_000, 600_000_000, GmailQuota.Costs.DEFAULTS);

    private static final Duration WITHIN = Duration.ofSeconds(20);

    final TokenServer tokens = TokenServer.start();
    final ByteBudget budget;
    final GmailMailSource source;
    final GmailWatches watches;
    final Mailbox mailbox;

    private final ScriptedApi api = new ScriptedApi();

    /** @param directory for large mails and the key */
    ScriptedGmail(Path directory) throws IOException {
        this(directory, PLENTY, new ByteBudget(16 << 20, 64 << 20), Clock.systemUTC());
    }

    ScriptedGmail(Path directory, GmailQuota quota, ByteBudget budget, Clock clock) throws IOException {
        this.budget = budget;
        ServiceAccount.install(tokens, directory.resolve("acme-gmail.json"));
        GmailEndpoints endpoints = new GmailEndpoints(Optional.of(URI.create(api.url() + "gmail/v1/")));
        source = new GmailMailSource(endpoints, quota, accessTokens(directory), budget, directory, clock);
        watches = new GmailWatches(endpoints, accessTokens(directory), clock);
        mailbox = mailbox("support", USER, MailboxLimits.DEFAULTS);
    }

    private AccessTokens accessTokens(Path directory) {
        return new AccessTokens(
                new Secrets(Map.of(), directory),
                TokenEndpoints.of(Optional.empty(), Optional.of(tokens.url())),
                Clock.systemUTC());
    }

    static Mailbox mailbox(String name, String user, MailboxLimits limits) {
        return new Mailbox(
                "acme",
                name,
                user,
                "inc-1",
                null,
                "k-" + name,
                SINCE,
                List.of("tickets"),
                limits,
                new GoogleAccount(new CredentialReference("file:acme-gmail.json"), user, TOPIC),
                false);
    }

    /** A message as Gmail answers it, with all that is not asked for. */
    static Answer message(String labels, byte[] mime) {
        return Answer.json("{\"id\":\"" + ID + "\",\"threadId\":\"" + ID + "\",\"labelIds\":[" + labels
                + "],\"snippet\":\"a subject\",\"sizeEstimate\":" + mime.length + ",\"raw\":\""
                + Base64.getUrlEncoder().encodeToString(mime)
                + "\",\"historyId\":\"1006196\",\"internalDate\":\"1793527200000\"}");
    }

    /** An error as Gmail words it. */
    static Answer error(int status, String reason) {
        return new Answer(
                status,
                Map.of("Content-Type", "application/json"),
                "{\"error\":{\"code\":" + status + ",\"message\":\"a subject\",\"errors\":[{\"message\":\"a subject\","
                        + "\"domain\":\"global\",\"reason\":\"" + reason + "\"}],\"status\":\"A_STATUS\"}}");
    }

    /** Answers the next calls so; what comes behind them is an error that no test expects. */
    void answer(Answer... next) {
        api.answer(next);
    }

    List<Asked> asked() {
        return api.asked();
    }

    /** Path and query of each call. */
    List<String> targets() {
        return asked().stream().map(Asked::target).toList();
    }

    FetchResult fetch() {
        return fetch(mailbox);
    }

    FetchResult fetch(Mailbox of) {
        return source.fetch(of, new GooglePointer(ID), WITHIN);
    }

    RelocateResult relocate() {
        return source.relocate(mailbox, new GooglePointer(ID), WITHIN);
    }

    /** A first page. */
    ListResult list(String cursor) {
        return list(Optional.of(cursor), Optional.empty(), Optional.empty());
    }

    ListResult list(Optional<String> cursor, Optional<String> page, Optional<String> hint) {
        return source.list(mailbox, "INBOX", cursor, page, hint, WITHIN);
    }

    /** Nothing may be left of what was read. */
    @Override
    public void close() {
        source.close();
        watches.close();
        api.close();
        tokens.close();
        assertEquals(0, budget.memoryInUse());
        assertEquals(0, budget.diskInUse());
    }
}
