package io.waybill.ingress.endpoint;

import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;

/** Words what the server refuses before a controller sees it as our own problems; its messages may repeat what was sent. */
@Singleton
final class ServerProblems implements ErrorResponseProcessor<byte[]> {
    private final IngressCounters counters;

    ServerProblems(IngressCounters counters) {
        this.counters = counters;
    }

    @Override
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        HttpStatus status = HttpStatus.valueOf(response.code());
        if (status == HttpStatus.REQUEST_ENTITY_TOO_LARGE) {
            counters.refused(Refusal.TOO_LARGE);
            return Problem.of(Refusal.TOO_LARGE, Refusal.TOO_LARGE.detail()).write(response);
        }
        return Problem.of(status).write(response);
    }
}
