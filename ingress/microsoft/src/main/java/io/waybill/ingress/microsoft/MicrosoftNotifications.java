package io.waybill.ingress.microsoft;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.EnqueueResult;
import io.waybill.contracts.Json;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.MicrosoftPointer;
import io.waybill.contracts.Pointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerProducer;
import io.waybill.contracts.SubscriptionEvent;
import io.waybill.contracts.Text;
import io.waybill.ingress.endpoint.Bulkhead;
import io.waybill.ingress.endpoint.IngressCounters;
import io.waybill.ingress.endpoint.IngressReadiness;
import io.waybill.ingress.endpoint.JsonBody;
import io.waybill.ingress.endpoint.Problem;
import io.waybill.ingress.endpoint.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The notificationUrl and the lifecycleNotificationUrl of every Graph subscription. Validate, enqueue, answer: 202 is given only after
 * the broker acknowledged every pointer of the request, and Graph repeats it, whole, until it has one. A notification that cannot be
 * proved is dropped and counted and the answer is still 202: anything else would make Graph repeat the good ones beside it for hours,
 * and tell a forger what failed. Without an install key nothing can be proved of any, and then Graph is to repeat them.
 *
 * <p>{@code k} names the mailbox, and each notification's clientState proves that it is of that mailbox. Graph may put several
 * subscriptions into one request only where they have one notificationUrl; those of another mailbox have another.
 *
 * @see <a href="https://learn.microsoft.com/graph/change-notifications-delivery-webhooks">Delivery through webhooks</a>
 */
@Controller("/microsoft")
final class MicrosoftNotifications {
    private final MailboxDirectory mailboxes;
    private final IngressReadiness readiness;
    private final ClientState clientState;
    private final PointerProducer pointers;
    private final IngressCounters counters;
    private final NotificationCounters notifications;
    private final Clock clock;
    private final Bulkhead bulkhead;

    MicrosoftNotifications(
            MailboxDirectory mailboxes,
            IngressReadiness readiness,
            ClientState clientState,
            PointerProducer pointers,
            IngressCounters counters,
            NotificationCounters notifications,
            Clock clock,
            Bulkhead bulkhead) {
        this.mailboxes = mailboxes;
        this.readiness = readiness;
        this.clientState = clientState;
        this.pointers = pointers;
        this.counters = counters;
        this.notifications = notifications;
        this.clock = clock;
        this.bulkhead = bulkhead;
    }

    /**
     * @param request with a change notification collection; the server has refused more than {@link ChangeNotifications#MAX_BYTES} already
     * @param k the mailbox's routing id; no authentication
     */
    @Post(uris = {"/notifications", "/lifecycle"})
    @Consumes(MediaType.ALL)
    CompletionStage<HttpResponse<byte[]>> receive(HttpRequest<byte[]> request, @Nullable @QueryValue String k) {
        Optional<ValidationToken> handshake =
                ValidationToken.in(request.getUri().getRawQuery());
        if (handshake.isPresent()) {
            // On the event loop, before any bound: without this answer there will be no subscription.
            return CompletableFuture.completedFuture(answer(handshake.get()));
        }
        HttpHeaders headers = request.getHeaders();
        byte[] body = request.getBody().orElse(new byte[0]);
        return bulkhead.answer(body.length, () -> answer(headers, k, body), () -> refuse(Refusal.OVERLOADED));
    }

    /** Graph validates with POST; people and proxies try it with GET. */
    @Get(uris = {"/notifications", "/lifecycle"})
    HttpResponse<byte[]> validate(HttpRequest<?> request) {
        return ValidationToken.in(request.getUri().getRawQuery())
                .map(this::answer)
                .orElseGet(() -> refuse(Refusal.MALFORMED, "there is no validationToken"));
    }

    private HttpResponse<byte[]> answer(ValidationToken token) {
        if (token.text() == null) {
            return refuse(Refusal.MALFORMED, "the validationToken is none of Microsoft Graph");
        }
        notifications.validated();
        return HttpResponse.<byte[]>ok()
                .contentType(MediaType.TEXT_PLAIN_TYPE)
                .header("X-Content-Type-Options", "nosniff")
                .body(token.text().getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<byte[]> answer(HttpHeaders headers, @Nullable String k, byte[] body) {
        if (!JsonBody.isAnnounced(headers)) {
            return refuse(Refusal.NOT_JSON);
        }
        if (!Json.isUtf8(body)) {
            return refuse(Refusal.MALFORMED, "the body is not UTF-8");
        }
        if (!readiness.knowsMailboxes()) {
            // An unknown k may only be unread.
            return refuse(Refusal.NOT_READY);
        }
        List<ChangeNotification> items;
        try {
            items = ChangeNotifications.parse(body);
        } catch (ChangeNotifications.TooManyException tooMany) {
            return refuse(Refusal.TOO_LARGE, tooMany.getMessage());
        } catch (IOException invalid) {
            return refuse(Refusal.MALFORMED, invalid.getMessage());
        }
        Optional<Mailbox> mailbox = Optional.ofNullable(k).flatMap(mailboxes::byRoutingId);
        if (mailbox.isPresent() && mailbox.get().source() instanceof MicrosoftAccount account) {
            return clientState
                    .of(mailbox.get())
                    .map(proof -> enqueue(mailbox.get(), proved(mailbox.get(), account, proof, items)))
                    // None can be proved, and each may be genuine: Graph is to bring them again.
                    .orElseGet(() -> refuse(Refusal.NO_INSTALL_KEY));
        }
        notifications.dropped(Drop.UNKNOWN_MAILBOX, items.size());
        return HttpResponse.status(HttpStatus.ACCEPTED);
    }

    /**
     * What may be enqueued of a request.
     *
     * @param pointers each once: Graph announces a message that was moved away and back twice
     * @param events what is to be done about the subscription
     */
    private record Proved(Set<Pointer> pointers, Set<SubscriptionEvent> events) {
        boolean isNothing() {
            return pointers.isEmpty() && events.isEmpty();
        }
    }

    private Proved proved(
            Mailbox mailbox, MicrosoftAccount account, ClientState.Proof proof, List<ChangeNotification> items) {
        boolean paused = mailboxes.isPaused(mailbox.key());
        Instant now = clock.instant();
        Proved proved = new Proved(new LinkedHashSet<>(), new LinkedHashSet<>());
        for (ChangeNotification item : items) {
            if (!proof.accepts(item.clientState())) {
                notifications.dropped(Drop.CLIENT_STATE);
            } else if (item.tenantId() != null && !item.tenantId().equalsIgnoreCase(account.tenantId())) {
                notifications.dropped(Drop.FOREIGN_TENANT);
            } else {
                // Its subscription lives on while a mailbox is paused.
                event(mailbox, item, now).ifPresent(proved.events()::add);
                if (paused) {
                    notifications.dropped(Drop.PAUSED);
                } else {
                    pointer(item).ifPresentOrElse(proved.pointers()::add, () -> notifications.dropped(Drop.MESSAGE_ID));
                }
            }
        }
        return proved;
    }

    private Optional<SubscriptionEvent> event(Mailbox mailbox, ChangeNotification item, Instant now) {
        if (item.lifecycleEvent() == null) {
            return Optional.empty();
        }
        LifecycleEvent event = LifecycleEvent.of(item.lifecycleEvent());
        notifications.lifecycle(event);
        String subscription = fitting(item.subscriptionId(), MicrosoftPointer.MAX_SUBSCRIPTION_ID);
        return event.kind()
                .filter(_ -> subscription != null)
                .map(kind -> SubscriptionEvent.of(mailbox.key(), kind, subscription, now));
    }

    private Optional<Pointer> pointer(ChangeNotification item) {
        if (item.lifecycleEvent() != null) {
            return Optional.of(new ChangesPointer(ChangesPointer.Reason.MISSED, null, null));
        }
        try {
            return Optional.of(new MicrosoftPointer(
                    fitting(item.subscriptionId(), MicrosoftPointer.MAX_SUBSCRIPTION_ID),
                    item.messageId(),
                    fitting(item.changeType(), MicrosoftPointer.MAX_CHANGE_TYPE)));
        } catch (IllegalArgumentException noMessageId) {
            return Optional.empty();
        }
    }

    /** What a pointer may carry of a text that is for display; a stranger one is left out. */
    @Nullable
    private static String fitting(@Nullable String text, int max) {
        return Text.isToken(text, max) ? text : null;
    }

    private HttpResponse<byte[]> enqueue(Mailbox mailbox, Proved proved) {
        if (proved.isNothing()) {
            return HttpResponse.status(HttpStatus.ACCEPTED);
        }
        Instant now = clock.instant();
        List<PointerJob> jobs = proved.pointers().stream()
                .map(pointer -> PointerJob.of(mailbox, pointer, now))
                .toList();
        return switch (pointers.send(jobs, List.copyOf(proved.events()))) {
            case EnqueueResult.Enqueued enqueued -> {
                counters.accepted(enqueued.pointers());
                // Says nothing of how many: a forger's answer is the same.
                yield HttpResponse.status(HttpStatus.ACCEPTED);
            }
            case EnqueueResult.NotEnqueued _ -> refuse(Refusal.NOT_ENQUEUED);
        };
    }

    private HttpResponse<byte[]> refuse(Refusal refusal) {
        return refuse(refusal, refusal.detail());
    }

    private HttpResponse<byte[]> refuse(Refusal refusal, String detail) {
        counters.refused(refusal);
        return Problem.answer(refusal, detail);
    }
}
