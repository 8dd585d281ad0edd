package io.waybill.cli.supervise;

import io.waybill.cli.child.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of a program: a JVM whose standard input we hold open for as long as it shall live. */
final class ChildProcess {
    private final Process process;
    private final Thread pump;

    private ChildProcess(Process process, Thread pump) {
        this.process = process;
        this.pump = pump;
    }

    static ChildProcess start(Tree tree, Program program, BoundedLog log) throws IOException {
        List<String> command = new ArrayList<>();
        // Ctrl-C reaches every process of the terminal at once, and a service manager's TERM every process of the
        // service, but we
        // stop in order, the broker last: by closing standard input. What a shell ignores stays ignored in what it
        // becomes.
        command.addAll(List.of("/bin/sh", "-c", "trap '' INT HUP TERM; exec \"$@\"", "sh"));
        command.add(Tree.java().toString());
        command.addAll(program.jvm());
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-cp",
                tree.classPath(program),
                Child.class.getName(),
                program.mainClass()));
        command.addAll(program.arguments());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(!(program.ready() instanceof Answer));
        builder.environment().putAll(program.environment());
        log.rotate();
        Process process = builder.start();
        boolean answers = program.ready() instanceof Answer;
        if (program.ready() instanceof Answer answer) {
            daemon(
                            "answer-" + program.name(),
                            () -> process.inputReader(StandardCharsets.UTF_8)
                                    .lines()
                                    .forEach(answer::take))
                    .start();
        }
        Thread pump = daemon(
                "log-" + program.name(), () -> log.pump(answers ? process.getErrorStream() : process.getInputStream()));
        pump.start();
        return new ChildProcess(process, pump);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private static Thread daemon(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(work);
    }

    /** Waits for its end; the exit code. */
    int await() throws InterruptedException {
        int code = process.waitFor();
        // What it said last is what explains its end. A grandchild may hold the pipe open: do not wait for that one.
        pump.join(Duration.ofMillis(500));
        return code;
    }

    /** Asks it to end by closing its standard input, kills it when the time is up. Whether it went by itself. */
    boolean stop(Duration grace) throws InterruptedException {
        try {
            process.getOutputStream().close();
        } catch (IOException goneAlready) {
            // Nobody holds the other end any more.
        }
        if (process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return false;
    }
}
