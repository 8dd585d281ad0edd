package io.waybill.contracts;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a program that can no longer do its work, with exit code 1 and after an orderly shutdown, so that whoever runs it can start
 * another.
 *
 * <p>The processor's log is written by a thread of its own, which the end of the process does not wait for. What is said here is
 * written first: the logger {@value #LOGGER} has no such thread (its logback.xml).
 */
public final class ProgramEnd {
    /** The logger of last words. */
    public static final String LOGGER = "waybill.end";

    /** A log that nobody reads any more must not keep the program alive. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(5);

    private ProgramEnd() {}

    /** Says why, and ends the program. Returns at once, since the shutdown may wait for the thread that calls this. */
    public static void because(Consumer<Logger> words) {
        Thread writing = Thread.ofPlatform()
                .name("program-end-words")
                .daemon()
                .start(() -> words.accept(LoggerFactory.getLogger(LOGGER)));
        Thread.ofPlatform().name("program-end").daemon().start(() -> {
            try {
                writing.join(WRITTEN_WITHIN);
            } catch (InterruptedException sooner) {
                Thread.currentThread().interrupt();
            }
            System.exit(1);
        });
    }
}
