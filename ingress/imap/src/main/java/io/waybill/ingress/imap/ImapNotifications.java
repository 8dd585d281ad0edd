package io.waybill.ingress.imap;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.waybill.contracts.EnqueueResult;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.Json;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerProducer;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The callback of every IMAP listener, ours included. Validate, enqueue, answer: 202 is given only after the broker acknowledged
 * every pointer of the request, and a listener repeats until it has one.
 */
@Controller("/imap")
final class ImapNotifications {
    private final MailboxDirectory mailboxes;
    private final IngressReadiness readiness;
    private final CallbackSignature signature;
    private final PointerProducer pointers;
    private final IngressCounters counters;
    private final Clock clock;
    private final Bulkhead bulkhead;

    ImapNotifications(
            MailboxDirectory mailboxes,
            IngressReadiness readiness,
            CallbackSignature signature,
            PointerProducer pointers,
            IngressCounters counters,
            Clock clock,
            Bulkhead bulkhead) {
        this.mailboxes = mailboxes;
        this.readiness = readiness;
        this.signature = signature;
        this.pointers = pointers;
        this.counters = counters;
        this.clock = clock;
        this.bulkhead = bulkhead;
    }

    /**
     * @param k the mailbox's routing id; no authentication
     * @param body an {@link ImapNotification}; the server has refused more than {@link ImapNotification#MAX_BYTES} already
     */
    @Post("/notifications")
    @Consumes(MediaType.ALL)
    CompletionStage<HttpResponse<byte[]>> receive(
            HttpHeaders headers, @Nullable @QueryValue String k, @Body byte[] body) {
        return bulkhead.answer(body.length, () -> answer(headers, k, body), () -> refuse(Refusal.OVERLOADED));
    }

    private HttpResponse<byte[]> answer(HttpHeaders headers, @Nullable String k, byte[] body) {
        if (!JsonBody.isAnnounced(headers)) {
            return refuse(Refusal.NOT_JSON);
        }
        Optional<String> text = Json.text(body);
        if (text.isEmpty()) {
            // Nobody can have signed it as text; the answer is the same whoever asks.
            return refuse(Refusal.MALFORMED, "the body is not UTF-8");
        }
        if (!readiness.knowsMailboxes()) {
            // An unknown k may only be unread.
            return refuse(Refusal.NOT_READY);
        }
        Optional<Mailbox> named = Optional.ofNullable(k).flatMap(mailboxes::byRoutingId);
        if (!signature.isValid(named, headers, text.get())) {
            return refuse(Refusal.UNAUTHORIZED);
        }
        Mailbox mailbox = named.orElseThrow();
        ImapNotification notification;
        try {
            notification = ImapNotification.parse(body);
        } catch (IOException invalid) {
            return refuse(Refusal.MALFORMED, invalid.getMessage());
        }
        if (!mailbox.source().folders().contains(notification.folder())) {
            return refuse(Refusal.FOREIGN_FOLDER);
        }
        return enqueue(mailbox, notification);
    }

    /** A paused mailbox's pointers are taken too: the processor parks them, and nothing is lost. */
    private HttpResponse<byte[]> enqueue(Mailbox mailbox, ImapNotification notification) {
        Instant now = clock.instant();
        List<PointerJob> jobs = notification.pointers().stream()
                .map(pointer -> PointerJob.of(mailbox, pointer, now))
                .toList();
        return switch (pointers.send(jobs)) {
            case EnqueueResult.Enqueued enqueued -> {
                counters.accepted(enqueued.pointers());
                yield HttpResponse.<byte[]>status(HttpStatus.ACCEPTED)
                        .contentType(MediaType.APPLICATION_JSON_TYPE)
                        .body(("{\"accepted\":" + enqueued.pointers() + "}").getBytes(StandardCharsets.UTF_8));
            }
            case EnqueueResult.NotEnqueued _ -> refuse(Refusal.NOT_ENQUEUED);
        };
    }

    private HttpResponse<byte[]> refuse(Refusal refusal) {
        return refuse(refusal, refusal.detail());
    }

    private HttpResponse<byte[]> refuse(Refusal refusal, String detail) {
        counters.refused(refusal);
        MutableHttpResponse<byte[]> problem = Problem.answer(refusal, detail);
        return refusal == Refusal.UNAUTHORIZED
                ? problem.header(HttpHeaders.WWW_AUTHENTICATE, "StandardWebhooks")
                : problem;
    }
}
