package io.waybill.inbound;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.waybill.contracts.JobId;
import io.waybill.inbound.topology.JobView;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;

/** {@code GET /internal/jobs/{id}}: what this instance knows of a job. For operators, behind a bearer token. */
@Controller("/internal")
@ExecuteOn(TaskExecutors.BLOCKING)
public class JobsController {
    private final KafkaStreams streams;
    private final InternalToken token;

    JobsController(KafkaStreams streams, InternalToken token) {
        this.streams = streams;
        this.token = token;
    }

    /** 200 with the job's row or settlement, 404 where this instance has neither, 401 without the token. */
    @Get("/jobs/{id}")
    HttpResponse<?> job(String id, @Header(HttpHeaders.AUTHORIZATION) Optional<String> authorization) {
        if (!token.allows(authorization)) {
            return HttpResponse.unauthorized();
        }
        if (!JobId.isJobId(id)) {
            return HttpResponse.badRequest();
        }
        if (streams.state() != KafkaStreams.State.RUNNING) {
            return HttpResponse.serverError().status(503).header(HttpHeaders.RETRY_AFTER, "1");
        }
        return JobView.find(streams, new JobId(id))
                .<HttpResponse<?>>map(HttpResponse::ok)
                .orElseGet(HttpResponse::notFound);
    }
}
