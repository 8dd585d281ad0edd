package io.waybill.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka node, broker and controller in one, inside this JVM and on 127.0.0.1 only. What it stored in its data directory is
 * there again at the next start, on any port.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    // Constant: a node formatted under another id refuses its own data at the next start.
    private static final String CLUSTER_ID = "V2F5YmlsbFNhbmRib3gwMA";
    private static final int NODE_ID = 1;
    // 1 to 3 s on a quiet machine, up to 18 s were measured on a loaded one.
    private static final Duration READINESS_LIMIT = Duration.ofSeconds(60);
    private static final int BIND_TRIES = 5;

    private final Path dataDirectory;
    private final int port;
    private final Consumer<Properties> change;
    private Node node;

    private EmbeddedBroker(Path dataDirectory, int port, Consumer<Properties> change, Node node) {
        this.dataDirectory = dataDirectory;
        this.port = port;
        this.change = change;
        this.node = node;
    }

    /**
     * Starts a node and waits until it answers.
     *
     * @param dataDirectory where its log goes; created if missing, read again if it holds one
     * @param port the port of clients, or 0 for a free one
     * @throws SandboxException if the port is taken, the directory is in use or the node is not ready within 60 s
     */
    public static EmbeddedBroker start(Path dataDirectory, int port) {
        return start(dataDirectory, port, _ -> {});
    }

    /**
     * The same for a node that differs, by one more listener, say.
     *
     * @param change has the last word on the node's settings, at each start
     */
    public static EmbeddedBroker start(Path dataDirectory, int port, Consumer<Properties> change) {
        keepThisJvmOnFault();
        for (int attempt = 1; ; attempt++) {
            int clientPort = port == 0 ? LoopbackPort.free() : port;
            if (port != 0) {
                // Only a port that somebody named: one that was just chosen may seem taken for a moment, held by a
                // program
                // that another thread is starting.
                requireFree(port);
            }
            try {
                return new EmbeddedBroker(
                        dataDirectory, clientPort, change, startNode(dataDirectory, clientPort, change));
            } catch (BindException lostTheRace) {
                // Between choosing a free port and binding it anybody may take it. The controller's port is always a
                // chosen one.
                if (attempt == BIND_TRIES) {
                    throw portTaken(clientPort, lostTheRace);
                }
            }
        }
    }

    public String bootstrapServers() {
        return LoopbackPort.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /** Stops the node and keeps its data: clients see an outage until {@link #startAgain()}. */
    public synchronized void stop() {
        if (node != null) {
            node.stop();
            node = null;
        }
    }

    /** Starts a stopped node on its port and data, and waits until it answers. */
    public synchronized void startAgain() {
        if (node != null) {
            throw new IllegalStateException("the broker on port " + port + " runs already");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                node = startNode(dataDirectory, port, change);
                return;
            } catch (BindException lostTheRace) {
                if (attempt == BIND_TRIES) {
                    throw portTaken(port, lostTheRace);
                }
            }
        }
    }

    @Override
    public void close() {
        stop();
    }

    /**
     * By default a fault inside the broker is logged and ends the thread it struck. Called by a process that is nothing but a
     * broker, so that its supervisor sees the fault and starts it again.
     */
    static void haltOnFault() {
        Exit.resetHaltProcedure();
        Exit.resetExitProcedure();
    }

    private static void keepThisJvmOnFault() {
        Exit.Procedure report = (status, message) -> {
            LOG.atError()
                    .addKeyValue("status", status)
                    .addKeyValue("reason", message)
                    .log("broker_fault");
            throw new IllegalStateException("the embedded broker wanted to end the JVM with status " + status);
        };
        Exit.setHaltProcedure(report);
        Exit.setExitProcedure(report);
    }

    /** What runs between a start and a stop. */
    private record Node(KafkaRaftServer server, DirectoryLock lock) {
        void stop() {
            try (lock) {
                server.shutdown();
                server.awaitShutdown();
            } catch (IOException unreleased) {
                throw new UncheckedIOException(unreleased);
            }
        }
    }

    private static Node startNode(Path dataDirectory, int port, Consumer<Properties> change) throws BindException {
        int controllerPort = LoopbackPort.free();
        KafkaRaftServer server = null;
        DirectoryLock lock = null;
        try {
            lock = DirectoryLock.take(dataDirectory);
            format(dataDirectory);
            Properties settings = settings(dataDirectory, port, controllerPort);
            change.accept(settings);
            server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
            server.startup();
            awaitReadiness(port);
            return new Node(server, lock);
        } catch (Exception failed) {
            abandon(server, lock);
            if (failed instanceof SandboxException explained) {
                throw explained;
            }
            List<Throwable> causes = chain(failed);
            if (causes.stream().anyMatch(BindException.class::isInstance)) {
                BindException bind = new BindException("port " + port + " or " + controllerPort);
                bind.initCause(failed);
                throw bind;
            }
            throw new SandboxException(
                    "the embedded broker did not start on port " + port + " with the data in " + dataDirectory + ": "
                            + causes.getLast(),
                    "Move the directory away to begin afresh, or use a cluster of your own with --bootstrap-servers.",
                    failed);
        }
    }

    private static void format(Path dataDirectory) throws Exception {
        Formatter formatter = new Formatter()
                .setPrintStream(new java.io.PrintStream(
                        java.io.OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8))
                .setNodeId(NODE_ID)
                .setClusterId(CLUSTER_ID)
                .setControllerListenerName("CONTROLLER")
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setMetadataLogDirectory(dataDirectory.toString())
                .addDirectory(dataDirectory.toString())
                .setIgnoreFormatted(true);
        formatter.run();
    }

    private static Properties settings(Path dataDirectory, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.putAll(BrokerSettings.BEHAVIOUR);
        settings.putAll(BrokerSettings.SMALL);
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE_ID));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", NODE_ID + "@" + LoopbackPort.HOST + ":" + controllerPort);
        settings.put(
                "listeners",
                "PLAINTEXT://" + LoopbackPort.HOST + ":" + port + ",CONTROLLER://" + LoopbackPort.HOST + ":"
                        + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + LoopbackPort.HOST + ":" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", dataDirectory.toString());
        return settings;
    }

    private static void awaitReadiness(int port) throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                LoopbackPort.HOST + ":" + port,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) READINESS_LIMIT.toMillis());
        try (Admin admin = Admin.create(client)) {
            admin.describeCluster().nodes().get(READINESS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void abandon(KafkaRaftServer server, DirectoryLock lock) {
        try (lock) {
            if (server != null) {
                server.shutdown();
            }
        } catch (IOException | RuntimeException alreadyStopped) {
            LOG.atDebug().setCause(alreadyStopped).log("broker_stop_after_failed_start");
        }
    }

    /** @throws SandboxException if the port is not 0 and somebody listens there */
    static void requireFree(int port) {
        if (port != 0 && !LoopbackPort.isFree(port)) {
            throw portTaken(port, null);
        }
    }

    private static SandboxException portTaken(int port, Throwable cause) {
        return new SandboxException(
                "port " + port + " on " + LoopbackPort.HOST + " is taken, so Kafka cannot listen there",
                "Stop what uses it, or name another with --kafka-port.",
                cause);
    }

    private static List<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .toList();
    }
}
