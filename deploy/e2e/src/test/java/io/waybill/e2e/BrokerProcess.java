package io.waybill.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kafka in a JVM of its own, which a test may stop and pause. Its data outlives a stop. */
final class BrokerProcess implements AutoCloseable {
    private static final Path SANDBOX =
            Path.of("..", "sandbox", "target").toAbsolutePath().normalize();

    private final Path directory;
    private final String bootstrapServers;
    private Process process;

    private BrokerProcess(Path directory, String port) throws IOException {
        this.directory = directory;
        bootstrapServers = run(port);
    }

    static BrokerProcess start(Path directory) throws IOException {
        return new BrokerProcess(directory, "0");
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Clients see an outage until it is started again. */
    void stop() throws IOException, InterruptedException {
        // It ends with its standard input.
        process.getOutputStream().close();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    void startAgain() throws IOException {
        run(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
    }

    /** It holds its connections, and does nothing, until it is continued. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + code);
        }
    }

    /** Starts it; where it answers. */
    private String run(String port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=sandbox-logback.xml",
                "-cp",
                SANDBOX.resolve("waybill-sandbox-0.1.0-SNAPSHOT.jar") + File.pathSeparator + SANDBOX.resolve("lib")
                        + "/*",
                "io.waybill.sandbox.SandboxMain",
                "--data",
                directory.toString(),
                "--no-database",
                "--kafka-port",
                port));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolveSibling("broker.log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var answer = new ObjectMapper().readTree(process.inputReader().readLine());
        if (!answer.has("kafka")) {
            throw new IllegalStateException("the broker did not start: " + answer);
        }
        return answer.get("kafka").asText();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        goOn();
        stop();
    }
}
