package io.waybill.inbound;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.waybill.inbound.handle.Handlers;
import java.util.Optional;

/** {@code GET /internal/handlers}: the names of the handlers that this instance runs. Behind the bearer token. */
@Controller("/internal")
public class HandlersController {
    private final Handlers handlers;
    private final InternalToken token;

    HandlersController(Handlers handlers, InternalToken token) {
        this.handlers = handlers;
        this.token = token;
    }

    /** 200 with a sorted list of names, 401 without the token. */
    @Get("/handlers")
    HttpResponse<?> handlers(@Header(HttpHeaders.AUTHORIZATION) Optional<String> authorization) {
        return token.allows(authorization) ? HttpResponse.ok(handlers.names()) : HttpResponse.unauthorized();
    }
}
