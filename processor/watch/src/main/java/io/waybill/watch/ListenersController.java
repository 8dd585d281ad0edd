package io.waybill.watch;

import io.micronaut.context.annotation.Property;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** {@code GET /internal/listeners}: what this instance listens to, and is subscribed to. For who has the internal token; without one, for nobody. */
@Controller("/internal")
final class ListenersController {
    private static final String BEARER = "Bearer ";

    private final Listeners listeners;
    private final Subscriptions subscriptions;
    private final byte[] token;

    ListenersController(
            Listeners listeners,
            Subscriptions subscriptions,
            @Nullable @Property(name = "waybill.internal.token") String token) {
        this.listeners = listeners;
        this.subscriptions = subscriptions;
        this.token = token == null ? new byte[0] : token.strip().getBytes(StandardCharsets.UTF_8);
    }

    @Get("/listeners")
    HttpResponse<List<ListenerStatus>> listeners(@Nullable @Header(HttpHeaders.AUTHORIZATION) String authorization) {
        return isAllowed(authorization)
                ? HttpResponse.ok(Stream.concat(listeners.status().stream(), subscriptions.status().stream())
                        .toList())
                : HttpResponse.<List<ListenerStatus>>unauthorized().header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    private boolean isAllowed(String authorization) {
        if (token.length == 0 || authorization == null || !authorization.startsWith(BEARER)) {
            return false;
        }
        byte[] given = authorization.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(token, given);
    }
}
