package io.waybill.cli.supervise;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** An app for tests: says that it runs in {@code <name>.pid}, and that it was stopped in {@code stopped}. */
public final class SupervisedApp {
    /** Fails once the other one is there whose name follows. */
    static final String FAIL_BESIDE = "fail-beside-";

    private SupervisedApp() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        String name = args[1];
        if (args[2].startsWith(FAIL_BESIDE)) {
            // Not before that one has said how it wants to be stopped.
            Path other = folder.resolve(args[2].substring(FAIL_BESIDE.length()) + ".pid");
            await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(other));
        }
        if (args[2].startsWith("fail")) {
            System.out.println("no room at the inn");
            System.exit(3);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Files.writeString(
                        folder.resolve("stopped"), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException cannot) {
                throw new UncheckedIOException(cannot);
            }
        }));
        Path draft = Files.writeString(
                folder.resolve(name + ".draft"),
                Long.toString(ProcessHandle.current().pid()));
        Files.move(
                draft,
                folder.resolve(name + ".pid"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        Thread.currentThread().join();
    }
}
