package io.waybill.inbound;

import io.micronaut.runtime.Micronaut;

/** The processor: the pipeline of {@link io.waybill.inbound.topology.PointerJobTopology} as a process. */
public final class Inbound {
    private Inbound() {}

    public static void main(String[] arguments) {
        Micronaut.build(arguments).banner(false).mainClass(Inbound.class).start();
    }
}
