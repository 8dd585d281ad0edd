package io.waybill.benchmarks.ingress;

import io.waybill.benchmarks.AppProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An ingress as it is packaged, in a JVM of its own, or the bare endpoint that it is compared with. */
final class IngressProcess implements AutoCloseable {
    private final IngressJvm jvm;
    private final AppProcess process;

    private IngressProcess(IngressJvm jvm, AppProcess process) {
        this.jvm = jvm;
        this.process = process;
    }

    /** Starts it and waits until it is ready. */
    static IngressProcess start(Callbacks callbacks, IngressJvm jvm, String bootstrapServers, Path secrets, Path log)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(callbacks.environment(secrets));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("WAYBILL_SECRETS_DIR", secrets.toString());
        String classPath =
                AppProcess.packaged("ingress/" + callbacks.module(), "waybill-ingress-" + callbacks.module());
        return new IngressProcess(
                jvm, AppProcess.start(options(jvm), classPath, callbacks.mainClass(), environment, log));
    }

    /**
     * Starts {@link BareEndpoint} with the server's settings and the libraries of that ingress, but without what is ours, Kafka's or a
     * meter.
     */
    static IngressProcess startBare(Callbacks callbacks, IngressJvm jvm, Path log)
            throws IOException, InterruptedException {
        Path target = Path.of("ingress", callbacks.module(), "target");
        Map<String, String> environment = Map.of(
                "MICRONAUT_CONFIG_FILES",
                target.resolve("classes")
                        .resolve("application.yml")
                        .toAbsolutePath()
                        .toString(),
                "MICRONAUT_METRICS_ENABLED",
                "false",
                "BARE_STATUS",
                Integer.toString(callbacks.accepted()));
        String classPath = ownJar() + File.pathSeparator + bareLibraries(target.resolve("lib"));
        return new IngressProcess(
                jvm, AppProcess.start(options(jvm), classPath, BareEndpoint.class.getName(), environment, log));
    }

    private static String bareLibraries(Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            return jars.filter(jar -> !jar.getFileName().toString().startsWith("waybill-")
                            && !jar.getFileName().toString().contains("kafka"))
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static String ownJar() {
        try {
            URI jar = BareEndpoint.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            return Path.of(jar).toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<String> options(IngressJvm jvm) {
        List<String> options = new ArrayList<>(jvm.options());
        options.addAll(Arrays.asList(
                System.getProperty("further." + jvm.word(), "").strip().split("\\s+")));
        options.removeIf(String::isEmpty);
        return options;
    }

    IngressJvm jvm() {
        return jvm;
    }

    int port() {
        return process.port();
    }

    /** What its threads have used of the processors. */
    Duration cpu() {
        return process.cpu();
    }

    /** Bytes that live on its heap, after a full collection. */
    long liveBytes() throws IOException, InterruptedException {
        Process histogram = new ProcessBuilder(
                        AppProcess.tool("jcmd"), Long.toString(process.pid()), "GC.class_histogram")
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

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
