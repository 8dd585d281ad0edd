package io.waybill.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A child process that does not outlive this JVM, not even where the JVM is killed. */
final class WatchedProcess {
    // The child's parent is a shell that interrupts it as soon as our end of the shell's standard input closes: because
    // we closed it, or because this JVM is no more. The shell ends with the child and with its exit code.
    //
    // Where there is setsid, the child is out of the terminal's reach: Ctrl-C would stop the database before those who
    // still write to it, whatever signals it was told to ignore, for PostgreSQL sets its own.
    private static final String WATCH = """
        exec 3<&0 </dev/null
        $(command -v setsid) "$@" 3<&- &
        child=$!
        (read -r _ <&3; kill -INT $child) &
        reader=$!
        wait $child
        status=$?
        kill $reader 2>/dev/null
        exit $status
        """;

    /**
     * Starts it. Closing its output stream interrupts it (SIGINT).
     *
     * @param user who runs it
     * @param log where what it prints is appended
     */
    static Process start(Unprivileged user, Path log, List<String> command) throws IOException {
        List<String> watched = new ArrayList<>(List.of("sh", "-c", WATCH, "watch"));
        watched.addAll(command);
        return new ProcessBuilder(user.command(watched))
                .directory(log.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private WatchedProcess() {}
}
