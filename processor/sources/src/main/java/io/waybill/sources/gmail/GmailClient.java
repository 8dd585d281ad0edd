package io.waybill.sources.gmail;

import com.fasterxml.jackson.databind.JsonNode;
import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.sources.gmail.GmailQuota.Costs;
import io.waybill.sources.http.ApiClient;
import io.waybill.sources.http.ApiClient.Reader;
import io.waybill.sources.http.ApiException;
import io.waybill.sources.http.Call;
import io.waybill.sources.http.MailboxCalls;
import io.waybill.sources.oauth.AccessToken;
import io.waybill.sources.oauth.AccessTokens;
import io.waybill.sources.oauth.Grant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Calls to Gmail, each for one mailbox, with a token of its user's and within the quota. Blocks; interrupting the thread ends the call.
 */
final class GmailClient implements AutoCloseable {
    /** It opens the messages of one user, and their history, and lets nothing be changed but the watch. */
    static final String SCOPE = "https://www.googleapis.com/auth/gmail.readonly";

    /**
     * Beyond some number, which is written nowhere, Gmail answers 429, "too many concurrent requests for user". So many use up the usual
     * quota, of five messages a second, even where each takes most of a second.
     */
    private static final int AT_ONCE = 4;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(64);

    private final GmailEndpoints endpoints;
    private final GmailQuota quota;
    private final UnitBudget budget;
    private final Clock clock;
    private final ApiClient api;

    GmailClient(GmailEndpoints endpoints, GmailQuota quota, AccessTokens tokens, Clock clock) {
        this.endpoints = endpoints;
        this.quota = quota;
        this.budget = new UnitBudget(quota);
        this.clock = clock;
        this.api = new ApiClient(
                "Gmail",
                response -> GmailAnswers.error(response, clock),
                () -> new MailboxCalls(AT_ONCE, refused -> backoff(refused, RandomGenerator.getDefault())),
                tokens,
                clock);
    }

    /** 1, 2, 4 … s and up to one more, 64 s at most, as Google wants it ("Resolve errors", exponential backoff). */
    static Duration backoff(int refused, RandomGenerator random) {
        Duration pause = Duration.ofSeconds(1L << Math.min(refused, 6)).plusMillis(random.nextLong(1_001));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    /**
     * @param path below the base address, its query included
     * @param until when the caller's time is up
     */
    JsonNode get(Mailbox mailbox, GoogleAccount account, ToIntFunction<Costs> cost, String path, Instant until)
            throws ApiException, InterruptedException {
        return call(mailbox, account, cost, Call.get(path), until, response -> GmailAnswers.json(response.body()));
    }

    /** Any call; succeeds with any answer of the 200s. */
    <T> T call(
            Mailbox mailbox,
            GoogleAccount account,
            ToIntFunction<Costs> cost,
            Call call,
            Instant until,
            Reader<T> reader)
            throws ApiException, InterruptedException {
        int units = cost.applyAsInt(quota.costs());
        return api.call(
                mailbox.key(),
                new Grant.Delegation(account.credentials(), account.subject(), SCOPE),
                call.at(endpoints.base().resolve(call.path())),
                token -> pay(token, account, units, until),
                reader);
    }

    private void pay(AccessToken token, GoogleAccount account, int units, Instant until)
            throws ApiException, InterruptedException {
        // The other half of the time is for the call.
        Duration atMost = Duration.between(clock.instant(), until).dividedBy(2);
        String project = token.project().orElse("");
        Optional<Duration> wait = budget.take(project, account.subject(), units, atMost);
        if (wait.isPresent()) {
            throw ApiException.tooEarly("what Gmail allows the user or the project in a minute is used up", wait.get());
        }
    }

    @Override
    public void close() {
        api.close();
    }
}
