package io.waybill.benchmarks;

import io.waybill.sandbox.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A broker in a JVM of its own, as in production. It ends with this JVM. */
public final class BrokerProcess implements AutoCloseable {
    private static final String READY = "ready ";

    private final ChildJvm jvm;
    private final String bootstrapServers;

    private BrokerProcess(ChildJvm jvm, String bootstrapServers) {
        this.jvm = jvm;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param directory where its log goes; what is there is read again
     */
    public static BrokerProcess start(Path directory) throws IOException {
        ChildJvm jvm = ChildJvm.start(BrokerProcess.class, List.of("-Xmx1g"), List.of(directory.toString()));
        return new BrokerProcess(
                jvm, jvm.nextLine(READY).orElseThrow(() -> new IllegalStateException("the broker did not start")));
    }

    /** The broker itself. */
    public static void main(String[] arguments) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), 0)) {
            System.out.println(READY + broker.bootstrapServers());
            System.out.flush();
            ChildJvm.awaitEndOfInput();
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** What its threads have used of the processors. */
    public Duration cpu() {
        return jvm.cpu();
    }

    @Override
    public void close() throws InterruptedException {
        jvm.close();
    }
}
