package io.waybill.benchmarks;

import io.waybill.sandbox.LoopbackPort;
import java.io.File;
import java.io.IOException;
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
import java.util.stream.Stream;

/** An application in a JVM of its own, with a port. What it logs goes into a file. */
public final class AppProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    private final int port;
    private final Process process;

    private AppProcess(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /**
     * The class path of an application as it is packaged.
     *
     * @param module its directory, from the root of the built tree
     * @param artifact the jar's name without its version
     */
    public static String packaged(String module, String artifact) throws IOException {
        Path target = Path.of(module, "target");
        if (!Files.isDirectory(target)) {
            throw new IllegalStateException("there is no " + target + ": package " + module
                    + " first, and run this in the root of the built tree");
        }
        try (Stream<Path> built = Files.list(target)) {
            Path jar = built.filter(file -> file.getFileName().toString().matches(artifact + "-[0-9.]+.*\\.jar"))
                    .filter(file -> !file.toString().endsWith("-tests.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("package " + module + " first"));
            return jar + File.pathSeparator + target.resolve("lib") + "/*";
        }
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param jvm options of its JVM
     * @param environment what it is told beside its port
     */
    public static AppProcess start(
            List<String> jvm, String classPath, String mainClass, Map<String, String> environment, Path log)
            throws IOException, InterruptedException {
        int port = LoopbackPort.free();
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(jvm);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                mainClass));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().put("MICRONAUT_SERVER_PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        AppProcess app = new AppProcess(port, process);
        app.awaitReady(mainClass, log);
        return app;
    }

    private void awaitReady(String mainClass, Path log) throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest readiness = HttpRequest.newBuilder(
                            URI.create("http://" + LoopbackPort.HOST + ":" + port + "/health/readiness"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            while (!isReady(client, readiness)) {
                if (System.nanoTime() > limit || !process.isAlive()) {
                    String said = tail(log);
                    close();
                    throw new IllegalStateException(
                            mainClass + " did not start; its log " + log + " ends with " + said);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private static boolean isReady(HttpClient client, HttpRequest readiness) throws InterruptedException {
        try {
            return client.send(readiness, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The directory of a run is deleted, and the log with it. */
    private static String tail(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** What its threads have used of the processors. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** A program of the JDK that runs this. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
