package io.waybill.sandbox.graph;

import com.sun.net.httpserver.HttpExchange;
import io.waybill.sandbox.emulator.Once;
import io.waybill.sandbox.emulator.Tally;
import io.waybill.sandbox.oauth.EntraApp;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a request: 1. whose is it, 2. does it go wrong, 3. is it too much, 4. what was asked. */
final class GraphService {
    private static final Logger LOG = LoggerFactory.getLogger(GraphService.class);
    private static final String VERSION = "/v1.0/";

    private final Tally<GraphCall> calls = new Tally<>();
    private final Tally<Integer> refused = new Tally<>();
    private final TokenCheck tokens;
    private final CallFaults faults;
    private final MailboxLimits limits;
    private final SubscriptionCalls subscriptions;
    private final MessageCalls messages;
    private final DeltaCalls delta;

    GraphService(
            TokenCheck tokens,
            CallFaults faults,
            MailboxLimits limits,
            SubscriptionCalls subscriptions,
            MessageCalls messages,
            DeltaCalls delta) {
        this.tokens = tokens;
        this.faults = faults;
        this.limits = limits;
        this.subscriptions = subscriptions;
        this.messages = messages;
        this.delta = delta;
    }

    Tally<GraphCall> calls() {
        return calls;
    }

    /** By status. */
    Tally<Integer> refused() {
        return refused;
    }

    void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            GraphRoute route = path.startsWith(VERSION)
                    ? GraphRoute.of(exchange.getRequestMethod(), path.substring(VERSION.length()))
                    : GraphRoute.of("", "/");
            calls.add(route.call(), 1);
            answer(exchange, route);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, GraphRoute route) throws IOException, InterruptedException {
        try {
            EntraApp app = app(exchange);
            if (faults.hangs(route.call())) {
                // Outside the limits: that the client has long gone would not be noticed here.
                faults.awaitHealing();
                return;
            }
            if (route.isOfMailbox()) {
                Optional<GraphAnswer> refusal = limits.enter(app, route.name("user"));
                if (refusal.isPresent()) {
                    throw new GraphRefusal(refusal.get());
                }
            }
            Runnable leave = new Once(() -> {
                if (route.isOfMailbox()) {
                    limits.leave(app, route.name("user"));
                }
            });
            try {
                serve(exchange, route, app, leave);
            } finally {
                leave.run();
            }
        } catch (GraphRefusal refusal) {
            refuse(exchange, refusal.answer());
        } catch (RuntimeException broken) {
            LOG.atError().setCause(broken).addKeyValue("call", route.call()).log("graph_call_failed");
            refuse(exchange, GraphAnswer.failure(500));
        }
    }

    private void refuse(HttpExchange exchange, GraphAnswer answer) throws IOException {
        refused.add(answer.status(), 1);
        ReplyWriter.refuse(exchange, answer);
    }

    /** @param ending done before the client can know of the end */
    private void serve(HttpExchange exchange, GraphRoute route, EntraApp app, Runnable ending)
            throws IOException, InterruptedException, GraphRefusal {
        Optional<GraphAnswer> fault = faults.answer(route);
        if (fault.isPresent()) {
            throw new GraphRefusal(fault.get());
        }
        GraphReply reply = dispatch(GraphRequest.read(exchange, route, app));
        ReplyWriter.write(exchange, reply, faults.bytesPerSecond(route.call()), faults.truncates(route.call()), ending);
    }

    private GraphReply dispatch(GraphRequest request) throws GraphRefusal {
        return switch (request.route().call()) {
            case CREATE_SUBSCRIPTION -> subscriptions.create(request);
            case LIST_SUBSCRIPTIONS -> subscriptions.list(request);
            case GET_SUBSCRIPTION -> subscriptions.get(request);
            case RENEW_SUBSCRIPTION -> subscriptions.renew(request);
            case DELETE_SUBSCRIPTION -> subscriptions.delete(request);
            case REAUTHORIZE_SUBSCRIPTION -> subscriptions.reauthorize(request);
            case GET_USER -> messages.user(request);
            case LIST_MESSAGES, LIST_FOLDER -> messages.list(request);
            case GET_MESSAGE -> messages.message(request);
            case GET_MIME -> messages.mime(request);
            case DELTA -> delta.delta(request);
            case OTHER -> throw GraphRefusal.invalid("Resource not found for the segment, or not emulated.");
        };
    }

    private EntraApp app(HttpExchange exchange) throws GraphRefusal {
        String header = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .orElse("");
        if (!header.startsWith("Bearer ")) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            throw new GraphRefusal(401, "InvalidAuthenticationToken", "Access token is empty.");
        }
        return tokens.appOf(header.substring("Bearer ".length()).strip()).orElseThrow(() -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            return new GraphRefusal(
                    401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.");
        });
    }
}
