package io.waybill.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.handler.jars.TestJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, run by bash as users and service managers run it. The jar is built by the time this runs. */
class LauncherIT {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path SCRIPT = ROOT.resolve("deploy/waybill");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void emptyEnvironment() throws Exception {
        Ran ran = run(folder, Map.of(), SCRIPT.toString(), "--version");
        assertEquals(Exit.DONE, ran.code(), ran.toString());
        assertTrue(ran.out().startsWith("waybill 0.1.0"), ran.out());
    }

    @Test
    void throughALinkWithBlanks_fromElsewhere() throws Exception {
        Path link = Files.createDirectories(folder.resolve("my programs")).resolve("way bill");
        Files.createSymbolicLink(link, SCRIPT);
        Path relative = folder.resolve("a link to the link");
        Files.createSymbolicLink(relative, Path.of("my programs/way bill"));
        Ran ran = run(Path.of("/"), Map.of(), relative.toString(), "--version");
        assertEquals(Exit.DONE, ran.code(), ran.toString());
    }

    @Test
    void javaHomeThatIsTooOld_isPassedOver() throws Exception {
        Path old = jdk("17.0.12");
        Ran ran = run(folder, Map.of("JAVA_HOME", old.toString()), SCRIPT.toString(), "--version");
        assertEquals(Exit.DONE, ran.code(), ran.toString());
        assertEquals("", ran.err());
    }

    @Test
    void javaHomeThatIsNewEnough_isTaken() throws Exception {
        Path named = jdk("26.0.1");
        Ran ran = run(folder, Map.of("JAVA_HOME", named.toString()), SCRIPT.toString(), "mailboxes", "a b");
        assertEquals("the java of " + named + ": mailboxes|a b|", ran.out().strip(), ran.toString());
    }

    @Test
    void noJdk_saysWhereOneComesFrom() throws Exception {
        Path copy = treeWithoutJava();
        Ran ran = run(folder, Map.of("PATH", folder.resolve("bin").toString()), copy.toString(), "--version");
        assertEquals(Exit.USAGE, ran.code(), ran.toString());
        assertTrue(ran.err().contains("no JDK 25"), ran.err());
        assertTrue(ran.err().contains("adoptium.net"), ran.err());
    }

    @Test
    void notBuilt_andForbiddenToBuild_saysSo() throws Exception {
        Path copy = Files.createDirectories(folder.resolve("a tree/deploy")).resolve("waybill");
        Files.copy(SCRIPT, copy);
        Ran ran = run(folder, Map.of(), copy.toString(), "--version");
        assertEquals(Exit.USAGE, ran.code(), ran.toString());
        assertTrue(ran.err().contains("WAYBILL_NO_BUILD"), ran.err());
        assertTrue(ran.err().contains("mvn -DskipTests package"), ran.err());
    }

    @Test
    void builtByTwoAtOnce_isBuiltOnce() throws Exception {
        Path tree = treeThatMavenBuilds();
        Map<String, String> variables = buildingWith(tree, jdk("26.0.1"));
        Path firstErr = folder.resolve("first.err");
        Path secondErr = folder.resolve("second.err");
        Process first =
                start(variables, firstErr, tree.resolve("deploy/waybill").toString(), "first");
        Process second = null;
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(tree.resolve("maven-runs")));
            second = start(variables, secondErr, tree.resolve("deploy/waybill").toString(), "second");
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(secondErr).contains("Waiting for another command")
                            || Files.readAllLines(tree.resolve("maven-runs")).size() > 1);
            Files.createFile(tree.resolve("go"));
            for (Process each : List.of(first, second)) {
                assertTrue(each.waitFor(60, TimeUnit.SECONDS), "still running");
                assertEquals(0, each.exitValue(), Files.readString(firstErr) + Files.readString(secondErr));
            }
            assertEquals(1, Files.readAllLines(tree.resolve("maven-runs")).size());
        } finally {
            first.destroyForcibly();
            if (second != null) {
                second.destroyForcibly();
            }
        }
    }

    @Test
    void commandOfTheTreeRuns_isNotBuiltUnderIt() throws Exception {
        Path tree = treeThatMavenBuilds();
        Files.createFile(tree.resolve("go"));
        Map<String, String> variables = buildingWith(tree, jdk("26.0.1"));
        String script = tree.resolve("deploy/waybill").toString();
        // Waits for its standard input, as `up` of that tree does by its command line.
        Process up = new ProcessBuilder("/bin/sh", "-c", "read line", "-Dwaybill.root=" + tree, "up").start();
        try {
            Ran unbuilt = run(folder, variables, script, "dlq");
            assertEquals(Exit.USAGE, unbuilt.code(), unbuilt.toString());
            assertTrue(unbuilt.err().contains("a command of this tree runs"), unbuilt.err());
            assertFalse(Files.exists(tree.resolve("maven-runs")), "not built");

            Files.createDirectories(tree.resolve("deploy/cli/target/lib"));
            Ran older = run(folder, variables, script, "dlq");
            assertEquals(0, older.code(), older.toString());
            assertTrue(older.err().contains("stop `up` first"), older.err());
            assertTrue(older.out().endsWith("dlq|"), older.out());
            assertFalse(Files.exists(tree.resolve("maven-runs")), "not built");
        } finally {
            up.destroy();
            assertTrue(up.waitFor(60, TimeUnit.SECONDS));
        }
        Ran built = run(folder, variables, script, "dlq");
        assertEquals(0, built.code(), built.toString());
        assertEquals(1, Files.readAllLines(tree.resolve("maven-runs")).size(), built.toString());
    }

    @Test
    void terminatedWhileItBuilds_saysSo() throws Exception {
        Path tree = treeThatMavenBuilds();
        Map<String, String> variables = buildingWith(tree, jdk("26.0.1"));
        Process building = start(
                variables, folder.resolve("err"), tree.resolve("deploy/waybill").toString(), "dlq");
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(tree.resolve("maven-runs")));
            building.destroy();
            assertTrue(building.waitFor(60, TimeUnit.SECONDS), "still running");
            assertEquals(143, building.exitValue());
        } finally {
            building.destroyForcibly();
            // The Maven that goes on sees it.
            Files.createFile(tree.resolve("go"));
        }
    }

    /** A tree that nobody has built, and a Maven that does so when it finds the file {@code go} there. */
    private Path treeThatMavenBuilds() throws IOException {
        Path tree = Files.createDirectories(folder.toRealPath().resolve("a tree"));
        executable(
                Files.copy(SCRIPT, Files.createDirectory(tree.resolve("deploy")).resolve("waybill")));
        executable(Files.writeString(Files.createDirectory(tree.resolve("bin")).resolve("mvn"), """
            #!/bin/bash
            echo run >>maven-runs
            while [ ! -e go ]; do sleep 0.05; done
            for module in deploy/cli deploy/sandbox ingress/imap ingress/microsoft ingress/google processor/watch \
              processor/inbound contracts ingress/endpoint processor/handler-api processor/sources; do
              mkdir -p "$module/target/lib"
              touch "$module/target/waybill-x-0.1.0-SNAPSHOT.jar"
            done
            """));
        return tree;
    }

    private static Map<String, String> buildingWith(Path tree, Path jdk) {
        return Map.of(
                "WAYBILL_NO_BUILD", "", "JAVA_HOME", jdk.toString(), "PATH", tree.resolve("bin") + ":/usr/bin:/bin");
    }

    @Test
    void accents_outAndIn_whateverTheLocale() throws Exception {
        Ran ran = run(
                folder,
                Map.of("LC_ALL", "C"),
                SCRIPT.toString(),
                "up",
                "--data",
                folder.resolve("Übung").toString(),
                "--min-free",
                "99999999999");
        assertEquals(Exit.USAGE, ran.code(), ran.toString());
        assertTrue(ran.err().contains("Übung"), ran.err());
        assertTrue(Files.isDirectory(folder.resolve("Übung")), "created under its own name");
    }

    @Test
    void demoThatCannotBegin_leavesNothingBehind() throws Exception {
        Path handlers = Files.createDirectory(folder.resolve("handlers"));
        TestJar.handler(handlers.resolve("rehearsal.jar"), "Crm", TestJar.named("crm"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Ran ran = run(
                folder,
                Map.of("WAYBILL_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary),
                SCRIPT.toString(),
                "demo",
                "--handlers",
                handlers.toString());
        assertEquals(Exit.USAGE, ran.code(), ran.toString());
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(
                    List.of(),
                    left.filter(each -> each.getFileName().toString().startsWith("waybill-demo-"))
                            .toList(),
                    ran.toString());
        }
    }

    /** Looks like a JDK to the script, and prints what it is asked to run. */
    private Path jdk(String version) throws IOException {
        Path home = folder.resolve("jdk-" + version);
        Path bin = Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        Path java = Files.writeString(bin.resolve("java"), """
            #!/bin/bash
            while [ "$1" != io.waybill.cli.Waybill ]; do shift; done
            shift
            printf 'the java of %s: ' "$JAVA_HOME"
            printf '%s|' "$@"
            """);
        executable(java);
        executable(Files.createFile(bin.resolve("javac")));
        return home;
    }

    /** The script without the places where JDKs are, and a PATH with nothing but what it calls. */
    private Path treeWithoutJava() throws IOException {
        Path deploy = Files.createDirectories(folder.resolve("tree/deploy"));
        String places = "/usr/lib/jvm/*\"$WANTED\"* /usr/lib/jvm/* /opt/*jdk* /opt/*java* /opt/*temurin*";
        String script = Files.readString(SCRIPT);
        assertTrue(script.contains(places), "the script changed: change this test");
        Path copy = Files.writeString(deploy.resolve("waybill"), script.replace(places, ""));
        executable(copy);
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of("bash", "dirname", "sed", "head", "uname", "env")) {
            Path real = Files.exists(Path.of("/bin", tool)) ? Path.of("/bin", tool) : Path.of("/usr/bin", tool);
            executable(Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + real + " \"$@\"\n"));
        }
        return copy;
    }

    private static void executable(Path file) {
        assertTrue(file.toFile().setExecutable(true));
    }

    private static Ran run(Path directory, Map<String, String> variables, String... command)
            throws IOException, InterruptedException {
        Path err = Files.createTempFile("launcher", ".err");
        Process process = start(directory, variables, err, command);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
        String errors = Files.readString(err);
        Files.delete(err);
        return new Ran(process.exitValue(), out, errors);
    }

    private Process start(Map<String, String> variables, Path err, String... command) throws IOException {
        return start(folder, variables, err, command);
    }

    private static Process start(Path directory, Map<String, String> variables, Path err, String... command)
            throws IOException {
        List<String> line = new ArrayList<>(List.of("/usr/bin/env", "-i", "WAYBILL_NO_BUILD=1"));
        variables.forEach((name, value) -> line.add(name + "=" + value));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        return process;
    }
}
