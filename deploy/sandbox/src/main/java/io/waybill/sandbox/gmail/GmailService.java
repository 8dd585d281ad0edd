package io.waybill.sandbox.gmail;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.Once;
import io.waybill.sandbox.emulator.Tally;
import io.waybill.sandbox.oauth.GoogleGrant;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a request: 1. whose is it, 2. does it go wrong, 3. is it too much, 4. what was asked. */
final class GmailService {
    private static final Logger LOG = LoggerFactory.getLogger(GmailService.class);

    private final Tally<GmailCall> calls = new Tally<>();
    private final Tally<Integer> refused = new Tally<>();
    private final Authorization authorization;
    private final CallFaults faults;
    private final QuotaLimits limits;
    private final WatchCalls watches;
    private final HistoryCalls history;
    private final MessageCalls messages;
    private final SigningKeys keys;
    private final Duration certsMaxAge;

    GmailService(
            Authorization authorization,
            CallFaults faults,
            QuotaLimits limits,
            WatchCalls watches,
            HistoryCalls history,
            MessageCalls messages,
            SigningKeys keys,
            Duration certsMaxAge) {
        this.authorization = authorization;
        this.faults = faults;
        this.limits = limits;
        this.watches = watches;
        this.history = history;
        this.messages = messages;
        this.keys = keys;
        this.certsMaxAge = certsMaxAge;
    }

    Tally<GmailCall> calls() {
        return calls;
    }

    /** By status. */
    Tally<Integer> refused() {
        return refused;
    }

    void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            GmailRoute route = GmailRoute.of(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath().substring(1));
            calls.add(route.call(), 1);
            answer(exchange, route);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, GmailRoute route) throws IOException, InterruptedException {
        try {
            switch (route.call()) {
                case GET_CERTS -> certs(exchange, route.call());
                case OTHER ->
                    throw new GmailRefusal(new GmailAnswer(
                            404, "notFound", "global", "There is no such method, or it is not emulated.", null));
                case WATCH, STOP, GET_PROFILE, LIST_HISTORY, LIST_MESSAGES, GET_MESSAGE ->
                    mailbox(exchange, route, authorization.check(exchange, route));
            }
        } catch (GmailRefusal refusal) {
            refuse(exchange, refusal.answer());
        } catch (RuntimeException broken) {
            LOG.atError().setCause(broken).addKeyValue("call", route.call()).log("gmail_call_failed");
            refuse(exchange, GmailAnswer.failure(500));
        }
    }

    private void certs(HttpExchange exchange, GmailCall call) throws IOException, InterruptedException, GmailRefusal {
        if (faults.hangs(call)) {
            faults.awaitHealing();
            return;
        }
        throwFault(call, Optional.empty());
        write(exchange, call, new GmailReply.Cacheable(keys.known(), certsMaxAge), () -> {});
    }

    private void mailbox(HttpExchange exchange, GmailRoute route, GoogleGrant grant)
            throws IOException, InterruptedException, GmailRefusal {
        if (faults.hangs(route.call())) {
            // Outside the limits: that the client has long gone would not be noticed here.
            faults.awaitHealing();
            return;
        }
        String project = Project.of(grant);
        String user = grant.subject().toLowerCase(Locale.ROOT);
        Optional<GmailAnswer> refusal = limits.enter(project, user, route.call());
        if (refusal.isPresent()) {
            throw new GmailRefusal(refusal.get());
        }
        Runnable leave = new Once(() -> limits.leave(project, user));
        try {
            throwFault(route.call(), Optional.of(user));
            write(exchange, route.call(), dispatch(GmailRequest.read(exchange, route, grant)), leave);
        } finally {
            leave.run();
        }
    }

    private GmailReply dispatch(GmailRequest request) throws GmailRefusal {
        return switch (request.route().call()) {
            case WATCH -> watches.watch(request);
            case STOP -> watches.stop(request);
            case GET_PROFILE -> messages.profile(request);
            case LIST_HISTORY -> history.list(request);
            case LIST_MESSAGES -> messages.list(request);
            case GET_MESSAGE -> messages.get(request);
            case GET_CERTS, OTHER -> throw new IllegalArgumentException("not a mailbox's");
        };
    }

    private void throwFault(GmailCall call, Optional<String> user) throws GmailRefusal {
        Optional<GmailAnswer> fault = faults.answer(call, user);
        if (fault.isPresent()) {
            throw new GmailRefusal(fault.get());
        }
    }

    /** @param ending done before the client can know of the end */
    private void write(HttpExchange exchange, GmailCall call, GmailReply reply, Runnable ending)
            throws IOException, InterruptedException {
        ReplyWriter.write(exchange, reply, faults.bytesPerSecond(call), faults.truncates(call), ending);
    }

    private void refuse(HttpExchange exchange, GmailAnswer answer) throws IOException {
        refused.add(answer.status(), 1);
        ReplyWriter.refuse(exchange, answer);
    }
}
