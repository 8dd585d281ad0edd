package io.waybill.benchmarks.ingress;

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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An ingress as it is packaged, in a JVM of its own. What it logs goes into a file. */
final class IngressProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final IngressJvm jvm;
    private final int port;
    private final Process process;

    private IngressProcess(IngressJvm jvm, int port, Process process) {
        this.jvm = jvm;
        this.port = port;
        this.process = process;
    }

    /** Starts it and waits until it is ready. */
    static IngressProcess start(Callbacks callbacks, IngressJvm jvm, String bootstrapServers, Path secrets, Path log)
            throws IOException, InterruptedException {
        Path target = Path.of("ingress", callbacks.module(), "target");
        int port = LoopbackPort.free();
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(jvm.options());
        command.addAll(Arrays.asList(
                System.getProperty("further." + jvm.word(), "").strip().split("\\s+")));
        command.removeIf(String::isEmpty);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                jar(callbacks, target) + File.pathSeparator + target.resolve("lib") + "/*",
                callbacks.mainClass()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().put("MICRONAUT_SERVER_PORT", Integer.toString(port));
        builder.environment().put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        builder.environment().put("WAYBILL_SECRETS_DIR", secrets.toString());
        builder.environment().putAll(callbacks.environment(secrets));
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        IngressProcess ingress = new IngressProcess(jvm, port, process);
        ingress.awaitReady(log);
        return ingress;
    }

    private static Path jar(Callbacks callbacks, Path target) throws IOException {
        try (Stream<Path> built = Files.list(target)) {
            return built.filter(file -> file.getFileName()
                            .toString()
                            .matches("waybill-ingress-" + callbacks.module() + "-[0-9.]+.*\\.jar"))
                    .filter(file -> !file.toString().endsWith("-tests.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("package ingress/" + callbacks.module() + " first"));
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest readiness = HttpRequest.newBuilder(
                            URI.create("http://" + LoopbackPort.HOST + ":" + port + "/health/readiness"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            while (!isReady(client, readiness)) {
                if (System.nanoTime() > limit || !process.isAlive()) {
                    close();
                    throw new IllegalStateException("the ingress did not start; its log is " + log);
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

    IngressJvm jvm() {
        return jvm;
    }

    int port() {
        return port;
    }

    /** What its threads have used of the processors. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Bytes that live on its heap, after a full collection. */
    long liveBytes() throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(tool("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String total;
        try (var lines = histogram.inputReader()) {
            total = lines.lines().filter(line -> line.startsWith("Total ")).reduce("", (_, last) -> last);
        }
        histogram.waitFor();
        if (total.isEmpty()) {
            throw new IllegalStateException("jcmd did not say how large the heap is");
        }
        return Long.parseLong(total.strip().split("\\s+", -1)[2]);
    }

    /** Memory of the whole process; 0 where the system does not tell. */
    long residentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[1]))
                        .sum()
                * 1024;
    }

    private static String tool(String name) {
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
