package io.waybill.ingress.google;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.EnqueueResult;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.PushRegistration;
import io.waybill.ingress.endpoint.Bulkhead;
import io.waybill.ingress.endpoint.IngressCounters;
import io.waybill.ingress.endpoint.IngressReadiness;
import io.waybill.ingress.endpoint.JsonBody;
import io.waybill.ingress.endpoint.Problem;
import io.waybill.ingress.endpoint.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The push endpoint of every Pub/Sub subscription. Validate, enqueue, answer: 204 is given only after the broker acknowledged every
 * pointer of the push, and Pub/Sub repeats it until it has one. What is of no use although its token is good is acknowledged too, and
 * counted: anything else would come again for days, and have Pub/Sub hold back the pushes of all mailboxes beside it.
 *
 * <p>{@code k} names a push registration, and the token proves that the push is of its subscription. The address within is looked up
 * among the mailboxes of that registration's topic, and nowhere else.
 *
 * @see <a href="https://cloud.google.com/pubsub/docs/push">Push subscriptions</a>
 */
@Controller("/google")
final class GooglePushes {
    private final MailboxDirectory mailboxes;
    private final IngressReadiness readiness;
    private final PushToken token;
    private final PointerProducer pointers;
    private final IngressCounters counters;
    private final PushCounters pushes;
    private final Clock clock;
    private final Bulkhead bulkhead;

    GooglePushes(
            MailboxDirectory mailboxes,
            IngressReadiness readiness,
            PushToken token,
            PointerProducer pointers,
            IngressCounters counters,
            PushCounters pushes,
            Clock clock,
            Bulkhead bulkhead) {
        this.mailboxes = mailboxes;
        this.readiness = readiness;
        this.token = token;
        this.pointers = pointers;
        this.counters = counters;
        this.pushes = pushes;
        this.clock = clock;
        this.bulkhead = bulkhead;
    }

    /**
     * @param request with a push; the server has refused more than {@link Push#MAX_BYTES} already
     * @param k the push registration's routing id; no authentication
     */
    @Post("/push")
    @Consumes(MediaType.ALL)
    CompletionStage<HttpResponse<byte[]>> receive(HttpRequest<byte[]> request, @Nullable @QueryValue String k) {
        long start = System.nanoTime();
        HttpHeaders headers = request.getHeaders();
        byte[] body = request.getBody().orElse(new byte[0]);
        return bulkhead.answer(body.length, () -> answer(headers, k, body, start), () -> refuse(Refusal.OVERLOADED));
    }

    private HttpResponse<byte[]> answer(HttpHeaders headers, @Nullable String k, byte[] body, long start) {
        if (JsonBody.isEncoded(headers)) {
            // Pub/Sub sends none; what something between compresses is to come again, and not to be dropped as
            // malformed.
            return refuse(Refusal.NOT_JSON);
        }
        if (!readiness.knowsMailboxes()) {
            // An unknown k may only be unread.
            return refuse(Refusal.NOT_READY);
        }
        Optional<PushRegistration> registration = Optional.ofNullable(k).flatMap(mailboxes::pushRegistration);
        return switch (token.verify(headers, registration)) {
            case PushToken.Verdict.Proved(PushRegistration of) -> receive(of, body, start);
            case PushToken.Verdict.Refused(TokenFault fault) -> refuse(fault);
            case PushToken.Verdict.Undecided _ -> refuse(Refusal.KEYS_UNREACHABLE);
        };
    }

    private HttpResponse<byte[]> receive(PushRegistration registration, byte[] body, long start) {
        Optional<Push> push = Push.parse(body);
        if (push.isEmpty()) {
            return drop(Drop.MALFORMED);
        }
        if (!registration.subscription().equals(push.get().subscription())) {
            // Its token may be good for several subscriptions, and its body is not signed.
            return drop(Drop.FOREIGN_SUBSCRIPTION);
        }
        Optional<GmailChange> change = push.get().change();
        if (change.isEmpty()) {
            return drop(Drop.DATA);
        }
        Collection<Mailbox> named =
                mailboxes.ofGoogle(registration.topic(), change.get().address());
        if (named.isEmpty()) {
            return drop(Drop.UNKNOWN_MAILBOX);
        }
        List<Mailbox> live = named.stream()
                .filter(mailbox -> !mailboxes.isPaused(mailbox.key()))
                .toList();
        if (live.isEmpty()) {
            return drop(Drop.PAUSED);
        }
        return enqueue(live, change.get().historyId(), start);
    }

    private HttpResponse<byte[]> enqueue(List<Mailbox> live, String historyId, long start) {
        ChangesPointer changes = new ChangesPointer(ChangesPointer.Reason.PUSH, null, historyId);
        Instant now = clock.instant();
        List<PointerJob> jobs = live.stream()
                .map(mailbox -> PointerJob.of(mailbox, changes, now))
                .toList();
        // The keys may have been waited for.
        Duration left = PointerProducer.DEADLINE.minusNanos(System.nanoTime() - start);
        return switch (pointers.send(jobs, left)) {
            case EnqueueResult.Enqueued enqueued -> {
                counters.accepted(enqueued.pointers());
                yield HttpResponse.noContent();
            }
            case EnqueueResult.NotEnqueued _ -> refuse(Refusal.NOT_ENQUEUED);
        };
    }

    private HttpResponse<byte[]> drop(Drop drop) {
        pushes.dropped(drop);
        return HttpResponse.noContent();
    }

    /** Whether k is unknown, the token is missing, or what is wrong with it: the answer is the same. */
    private HttpResponse<byte[]> refuse(TokenFault fault) {
        pushes.rejected(fault);
        return Problem.answer(Refusal.UNAUTHORIZED, Refusal.UNAUTHORIZED.detail())
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    private HttpResponse<byte[]> refuse(Refusal refusal) {
        counters.refused(refusal);
        return Problem.answer(refusal, refusal.detail());
    }
}
