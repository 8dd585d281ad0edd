package io.waybill.e2e;

import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waybill.contracts.MailboxKey;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program as operators run it: the packaged jar in a JVM of its own, which a test may kill. */
final class AppProcess {
    /** A rebalance may wait for a peer that hangs, a minute and a half, and then for its session, before this one has its partitions. */
    private static final Duration START_LIMIT = Duration.ofMinutes(5);

    /** What is under way is handed in, streams and handlers are closed, and then the JVM ends: each has a limit of its own. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private static final int LAST_LINES = 20;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> WORTH_TELLING = List.of("\"WARN\"", "\"ERROR\"", "stream_state");

    private final App app;
    private final Map<String, String> environment;
    private final Path log;
    private final int port;
    private final List<Path> before = new ArrayList<>();
    private Process process;

    /** What there is to run, each with the memory that {@code up} gives it; the other options of its JVM are those of {@code up} as well. */
    enum App {
        PROCESSOR("processor/inbound", "waybill-inbound", "io.waybill.inbound.Inbound", "-Xmx512m"),
        WATCH("processor/watch", "waybill-watch", "io.waybill.watch.Watch", "-Xmx96m"),
        INGRESS_IMAP("ingress/imap", "waybill-ingress-imap", "io.waybill.ingress.imap.ImapIngress", "-Xmx96m"),
        INGRESS_MICROSOFT(
                "ingress/microsoft",
                "waybill-ingress-microsoft",
                "io.waybill.ingress.microsoft.MicrosoftIngress",
                "-Xmx96m"),
        INGRESS_GOOGLE(
                "ingress/google", "waybill-ingress-google", "io.waybill.ingress.google.GoogleIngress", "-Xmx96m");

        private final String module;
        private final String artifact;
        private final String mainClass;
        private final String heap;

        App(String module, String artifact, String mainClass, String heap) {
            this.module = module;
            this.artifact = artifact;
            this.mainClass = mainClass;
            this.heap = heap;
        }

        private String classPath() {
            return jar("") + File.pathSeparator + target().resolve("lib") + "/*";
        }

        /** What its module's tests know of going wrong, to be put before it. */
        Path faults() {
            return jar("-tests");
        }

        private Path jar(String classifier) {
            Path jar = target().resolve(artifact + "-0.1.0-SNAPSHOT" + classifier + ".jar");
            if (!Files.exists(jar)) {
                throw new IllegalStateException("package " + module + " first: " + jar + " is missing");
            }
            return jar;
        }

        private Path target() {
            return Path.of("..", "..", module, "target").toAbsolutePath().normalize();
        }
    }

    /** @param environment what configures it: Kafka, database, state and secrets directories */
    AppProcess(App app, Map<String, String> environment, Path log) {
        this.app = app;
        this.environment = environment;
        this.log = log;
        this.port = LoopbackPort.free();
    }

    /** Puts a jar before its own: what is there comes in the place of what is in its own. */
    AppProcess behind(Path jar) {
        before.add(jar);
        return this;
    }

    /** Where it answers, now or once it is started. */
    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** @param jvm further options of its JVM */
    void start(String... jvm) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                app.heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ReservedCodeCacheSize=48m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of(jvm));
        String classPath = Stream.concat(before.stream().map(Path::toString), Stream.of(app.classPath()))
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of("-cp", classPath, app.mainClass));
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
        if (!awaitReadyOrEnd()) {
            throw new AssertionError(app + " ended with " + process.exitValue() + "; its log is " + log);
        }
    }

    /** The same; false where it ended by itself instead. */
    boolean awaitReadyOrEnd() {
        await(app + " ready, or ended; its log is " + log).atMost(START_LIMIT).until(() -> hasEnded() || isReady());
        return !hasEnded();
    }

    /** What it warned of last, and where the threads are that may hang: its log may be gone by the time someone reads of a failure. */
    String lastWords() throws IOException, InterruptedException {
        List<String> told = log().stream()
                .filter(line -> WORTH_TELLING.stream().anyMatch(line::contains))
                .toList();
        Path dump = Files.createTempFile(log.getParent(), app.name(), ".threads");
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "Thread.print")
                .redirectErrorStream(true)
                .redirectOutput(dump.toFile())
                .start();
        // A JVM that hangs as a whole answers nothing.
        if (!jcmd.waitFor(20, TimeUnit.SECONDS)) {
            jcmd.destroyForcibly();
        }
        String threads = Files.readString(dump);
        return Stream.concat(
                        told.subList(Math.max(0, told.size() - LAST_LINES), told.size()).stream(),
                        Stream.of(threads.split("\n\n"))
                                .filter(thread -> thread.contains("StreamThread") || thread.contains("pipeline-start")))
                .collect(Collectors.joining("\n", app + ", of " + log + ":\n", "\n"));
    }

    /** Waits for it to end by itself; its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new AssertionError(app + " did not end; its log is " + log);
        }
        return process.exitValue();
    }

    /** Whether it was started and runs no more. */
    boolean hasEnded() {
        return !process.isAlive();
    }

    List<String> log() throws IOException {
        return Files.readAllLines(log);
    }

    /** When a processor last read a page of each mailbox that it listed, as its log tells. */
    Map<MailboxKey, Instant> listed() throws IOException {
        Map<MailboxKey, Instant> listed = new HashMap<>();
        for (String line : log()) {
            // Of the last line there may be a half.
            if (line.contains("\"message\":\"listed\"") && line.endsWith("}")) {
                JsonNode event = MAPPER.readTree(line);
                listed.put(
                        new MailboxKey(
                                event.path("tenant").asText(),
                                event.path("mailbox").asText()),
                        Instant.parse(event.path("@timestamp").asText()));
            }
        }
        return listed;
    }

    /** Asks it something of what {@link #behind} brought; the answer. */
    String ask(String path, String told) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url().resolve(path))
                .timeout(START_LIMIT)
                .header("Content-Type", "text/plain")
                .method(told == null ? "GET" : "POST", told == null ? noBody() : ofString(told))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(request + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        }
    }

    /** SIGKILL: no hook runs, nothing is handed in. */
    void kill() throws InterruptedException {
        if (process == null) {
            return;
        }
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM, as a rolling restart does. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new AssertionError(app + " did not stop within " + STOP_LIMIT);
        }
    }

    private boolean isReady() throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(url().resolve("health/readiness"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
