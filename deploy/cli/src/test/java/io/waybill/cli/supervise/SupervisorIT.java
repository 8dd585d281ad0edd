package io.waybill.cli.supervise;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.cli.Exit;
import io.waybill.cli.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<String> notices = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private Tree tree;

    @BeforeEach
    void buildTree() throws IOException {
        tree = new Tree(folder.resolve("a tree"));
        for (String module : List.of("app", "deploy/cli")) {
            Path target = Files.createDirectories(tree.root().resolve(module).resolve("target"));
            new JarOutputStream(Files.newOutputStream(target.resolve("waybill-x-0.1.0-SNAPSHOT.jar"))).close();
        }
    }

    @Test
    void close_stopsInReverseOrder_eachByItsOwnHooks() throws Exception {
        try (Supervisor supervisor = supervisor()) {
            supervisor.start(List.of(program("first", "serve")));
            supervisor.start(List.of(program("second", "serve")));
        }
        List<String> stopped = Files.readAllLines(folder.resolve("stopped"));
        assertEquals(List.of("second", "first"), stopped);
    }

    @Test
    void crash_afterReady_startsAgain() throws Exception {
        try (Supervisor supervisor = supervisor()) {
            supervisor.start(List.of(program("app", "serve")));
            long first = supervisor.pids().getFirst();
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            await().atMost(LIMIT).until(() -> !pid("app").equals(Long.toString(first)));
            assertTrue(notices.stream().anyMatch(notice -> notice.startsWith("app ended")), notices.toString());
            await().atMost(LIMIT)
                    .until(() -> notices.stream().anyMatch(notice -> notice.startsWith("app is ready again")));
        }
    }

    @Test
    void start_ofAProgramThatEnds_tellsItsLastWordsAndItsLog() throws Exception {
        try (Supervisor supervisor = supervisor()) {
            Problem problem = assertThrows(Problem.class, () -> supervisor.start(List.of(program("app", "fail"))));
            assertEquals(Exit.INCOMPLETE, problem.exitCode());
            assertTrue(problem.remedy().contains("no room at the inn"), problem.remedy());
            assertTrue(problem.where().endsWith("app.log"), problem.where());
        }
    }

    @Test
    void crash_ofOneThatServes_whileAnotherStarts_startsItAgain() throws Exception {
        AtomicReference<String> crashed = new AtomicReference<>();
        Program slow = program(folder, "slow", "serve", () -> {
            if (crashed.get() == null && notices.stream().anyMatch(notice -> notice.matches("quick +ready .*"))) {
                crashed.set(pid("quick"));
                ProcessHandle.of(Long.parseLong(crashed.get())).orElseThrow().destroyForcibly();
            }
            return crashed.get() != null && !pid("quick").equals(crashed.get());
        });
        try (Supervisor supervisor = supervisor()) {
            assertTimeoutPreemptively(LIMIT, () -> supervisor.start(List.of(slow, program("quick", "serve"))));
            assertTrue(notices.stream().anyMatch(notice -> notice.startsWith("quick ended")), notices.toString());
            assertEquals(2, supervisor.pids().size());
        }
    }

    @Test
    void start_again_whereOneEnds_leavesThoseOfBeforeAlone() throws Exception {
        try (Supervisor supervisor = supervisor()) {
            supervisor.start(List.of(program("before", "serve")));
            List<Long> before = supervisor.pids();

            assertThrows(
                    Problem.class,
                    () -> supervisor.start(
                            List.of(program("beside", "serve"), program("app", SupervisedApp.FAIL_BESIDE + "beside"))));
            assertEquals(before, supervisor.pids());
            assertEquals(List.of("beside"), Files.readAllLines(folder.resolve("stopped")));

            supervisor.start(List.of(program("app", "serve")));
            assertEquals(2, supervisor.pids().size());
        }
        assertEquals(List.of("beside", "app", "before"), Files.readAllLines(folder.resolve("stopped")));
    }

    @Test
    void parentKilled_childEnds() throws Exception {
        Process parent = new ProcessBuilder(
                        Tree.java().toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        await().atMost(LIMIT).until(() -> !pid("orphan").isEmpty());
        long child = Long.parseLong(pid("orphan"));
        assertTrue(ProcessHandle.of(child).isPresent());
        parent.destroyForcibly().waitFor();
        await().atMost(LIMIT)
                .until(() ->
                        ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
        assertEquals(List.of("orphan"), Files.readAllLines(folder.resolve("stopped")));
    }

    private Supervisor supervisor() throws IOException {
        return new Supervisor(tree, Files.createDirectories(folder.resolve("logs")), notices::add);
    }

    private Program program(String name, String how) {
        return program(folder, name, how);
    }

    static Program program(Path folder, String name, String how) {
        return program(folder, name, how, () -> Files.exists(folder.resolve(name + ".pid")));
    }

    private static Program program(Path folder, String name, String how, Readiness ready) {
        return new Program(
                name,
                "app",
                SupervisedApp.class.getName(),
                List.of(folder.toString(), name, how),
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                List.of(
                        Path.of("target/classes").toAbsolutePath(),
                        Path.of("target/test-classes").toAbsolutePath()),
                ready,
                Program.GRACE);
    }

    private String pid(String name) {
        Path file = folder.resolve(name + ".pid");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    /** Stands for the command: starts a child, then is killed. */
    static final class Parent {
        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            Supervisor supervisor = new Supervisor(
                    new Tree(folder.resolve("a tree")),
                    Files.createDirectories(folder.resolve("logs")),
                    System.err::println);
            supervisor.start(List.of(program(folder, "orphan", "serve")));
            Thread.currentThread().join();
        }
    }
}
