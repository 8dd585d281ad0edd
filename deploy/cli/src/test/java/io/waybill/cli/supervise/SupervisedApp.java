package io.waybill.cli.supervise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** An app for tests: says that it runs in {@code <name>.pid}, and that it was stopped in {@code stopped}. */
public final class SupervisedApp {
    private SupervisedApp() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        String name = args[1];
        if (args[2].equals("fail")) {
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
