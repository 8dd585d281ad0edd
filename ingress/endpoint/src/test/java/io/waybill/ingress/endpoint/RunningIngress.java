package io.waybill.ingress.endpoint;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.Qualifier;
import io.micronaut.runtime.server.EmbeddedServer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An ingress application on a free port, with secrets of its own. Which one it is, the class path of the test says. */
public class RunningIngress implements AutoCloseable {
    public static final String INSTALL_KEY = "an install key of the tests, of 32 bytes and more";

    private final EmbeddedServer server;

    protected RunningIngress(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("micronaut.server.port", -1);
        server = ApplicationContext.run(EmbeddedServer.class, all);
    }

    /** Settings without a broker: the directory and the acknowledgements are the test's. */
    protected static Map<String, Object> inMemorySettings(Path secrets, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(InMemoryWiring.PROPERTY, true);
        // Nobody listens there, and nobody is asked.
        all.put("kafka.bootstrap.servers", "127.0.0.1:1");
        all.put("waybill.secrets.dir", secrets.toString());
        return all;
    }

    protected static Map<String, Object> kafkaSettings(Path secrets, String bootstrapServers) {
        return Map.of("kafka.bootstrap.servers", bootstrapServers, "waybill.secrets.dir", secrets.toString());
    }

    protected static Mailbox mailbox(String tenant, String name, MailboxSource source) {
        return new Mailbox(
                tenant,
                name,
                name + "@" + tenant + ".example",
                "inc-" + tenant + "-" + name,
                null,
                "k-" + tenant + "-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                null,
                source,
                false);
    }

    public static void write(Path secrets, String name, String value) {
        try {
            Files.writeString(secrets.resolve(name), value);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Any caller of the application. */
    public Caller caller() {
        return new Caller(server.getURI());
    }

    /** The value of a counter, as Prometheus reads it. */
    public double counted(String counter) {
        String line = "waybill_ingress_" + counter + " ";
        return caller().get("/prometheus")
                .body()
                .lines()
                .filter(metric -> metric.startsWith(line))
                .mapToDouble(metric -> Double.parseDouble(metric.substring(line.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no counter " + counter));
    }

    public int port() {
        return server.getPort();
    }

    public <T> T bean(Class<T> type) {
        return server.getApplicationContext().getBean(type);
    }

    public <T> T bean(Class<T> type, Qualifier<T> qualifier) {
        return server.getApplicationContext().getBean(type, qualifier);
    }

    @Override
    public void close() {
        server.close();
    }
}
