package io.waybill.benchmarks.ingress;

import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.runtime.Micronaut;

/**
 * What the ingress is compared with beside a producer alone: the same server, which takes the same requests in, body and all, and
 * accepts them without looking at them. It has no thread but the event loop's, no meter and no broker.
 */
@Controller
@Requires(property = "bare.status")
public final class BareEndpoint {
    private final HttpStatus accepted;

    /** @param status with which the ingress that it stands beside accepts */
    BareEndpoint(@Value("${bare.status}") int status) {
        this.accepted = HttpStatus.valueOf(status);
    }

    public static void main(String[] arguments) {
        Micronaut.build(arguments).mainClass(BareEndpoint.class).banner(false).start();
    }

    @Post(uris = {"/microsoft/notifications", "/google/push"})
    @Consumes(MediaType.ALL)
    HttpResponse<byte[]> receive(HttpRequest<byte[]> request) {
        byte[] body = request.getBody().orElse(new byte[0]);
        return HttpResponse.status(body.length == 0 ? HttpStatus.BAD_REQUEST : accepted);
    }
}
