package io.waybill.e2e;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The processor as operators run it: the packaged jar in a JVM of its own, which a test may kill. Beside {@code tickets} it has the
 * handler {@code rehearsal}, which needs no database.
 */
final class ProcessorProcess {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final Map<String, String> environment;
    private final Path log;
    private final int port;
    private Process process;

    /** @param environment what configures it: Kafka, database, state and secrets directories */
    ProcessorProcess(Map<String, String> environment, Path log) throws IOException {
        this.environment = environment;
        this.log = log;
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
    }

    void start() throws IOException {
        Path module = Path.of("..", "..", "processor", "inbound", "target")
                .toAbsolutePath()
                .normalize();
        Path jar = module.resolve("waybill-inbound-0.1.0-SNAPSHOT.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException("package processor/inbound first: " + jar + " is missing");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                String.join(File.pathSeparator, jar.toString(), module.resolve("lib") + "/*"),
                "io.waybill.inbound.Inbound"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("MICRONAUT_SERVER_PORT", Integer.toString(port));
        process = builder.start();
        // A test JVM that dies must not leave it behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    void awaitReady() {
        await("processor ready; its log is " + log).atMost(START_LIMIT).until(this::isReady);
    }

    /** Waits for it to end by itself; its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new AssertionError("the processor did not end; its log is " + log);
        }
        return process.exitValue();
    }

    List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    /** SIGKILL: no hook runs, nothing is handed in. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM, as a rolling restart does. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("the processor did not stop within 40 s");
        }
    }

    private boolean isReady() throws InterruptedException {
        if (!process.isAlive()) {
            throw new AssertionError("the processor ended with " + process.exitValue() + "; its log is " + log);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/readiness"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
