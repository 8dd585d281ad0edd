package io.waybill.inbound.fault;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;

/** How a test chooses what the processor, in a JVM of its own, does wrong from now on. */
@Controller("/fault")
@Requires(property = FaultSwitch.PROPERTY)
@Consumes(MediaType.TEXT_PLAIN)
public class FaultSwitch {
    static final String PROPERTY = "waybill.faults";

    private volatile Fault fault = Fault.NONE;

    @Post
    public void set(@Body String name) {
        fault = Fault.valueOf(name);
    }

    Fault fault() {
        return fault;
    }
}
