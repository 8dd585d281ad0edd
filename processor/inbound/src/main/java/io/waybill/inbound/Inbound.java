package io.waybill.inbound;

import io.micronaut.context.exceptions.BeanInstantiationException;
import io.micronaut.runtime.Micronaut;
import io.waybill.handler.jars.HandlerConfigurationException;

/** The processor: the pipeline of {@link io.waybill.inbound.topology.PointerJobTopology} as a process. */
public final class Inbound {
    /** Wrong configuration; as the command's exit code for it. */
    private static final int CONFIGURATION = 2;

    private Inbound() {}

    public static void main(String[] arguments) {
        Micronaut.build(arguments)
                .banner(false)
                .mainClass(Inbound.class)
                .mapError(BeanInstantiationException.class, Inbound::exitCode)
                .start();
    }

    /** A handler that cannot be used is told in one sentence, and not in a stack trace where nobody finds it. */
    private static Integer exitCode(BeanInstantiationException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HandlerConfigurationException unusable) {
                System.err.println("cannot start: " + unusable.getMessage());
                System.exit(CONFIGURATION);
            }
        }
        return 1;
    }
}
