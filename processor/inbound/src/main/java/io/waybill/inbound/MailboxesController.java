package io.waybill.inbound;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.waybill.inbound.topology.MailboxSightings;
import java.util.Optional;

/** {@code GET /internal/mailboxes}: when this instance last heard of its mailboxes, and listed them. Behind the bearer token. */
@Controller("/internal")
@ExecuteOn(TaskExecutors.BLOCKING)
public class MailboxesController {
    private final MailboxSightings sightings;
    private final InternalToken token;

    MailboxesController(MailboxSightings sightings, InternalToken token) {
        this.sightings = sightings;
        this.token = token;
    }

    /** 200 with a list by tenant and mailbox, of those of which anything was seen here; 401 without the token. */
    @Get("/mailboxes")
    HttpResponse<?> mailboxes(@Header(HttpHeaders.AUTHORIZATION) Optional<String> authorization) {
        return token.allows(authorization) ? HttpResponse.ok(sightings.all()) : HttpResponse.unauthorized();
    }
}
