package io.waybill.inbound.crash;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.waybill.inbound.crash.CrashPoints.Crash;
import java.util.stream.Collectors;

/** How a test chooses where the processor, in a JVM of its own, dies. */
@Controller("/crash-points")
@Requires(property = CrashPointBeans.PROPERTY)
@Produces(MediaType.TEXT_PLAIN)
@Consumes(MediaType.TEXT_PLAIN)
public class CrashPointController {
    public static final String NOWHERE = "nowhere";

    private final CrashPoints points;

    CrashPointController(CrashPoints points) {
        this.points = points;
    }

    /** From now on what is done is written down, and there the process dies; or nowhere. */
    @Post
    public void watch(@Body String crash) {
        if (crash.equals(NOWHERE)) {
            points.watch();
        } else {
            points.watch(Crash.parse(crash));
        }
    }

    /** Where it could have died since then, in order, a line each. */
    @Get
    public String seen() {
        return points.seen().stream().map(Crash::toString).collect(Collectors.joining("\n"));
    }
}
