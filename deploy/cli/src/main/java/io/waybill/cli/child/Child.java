package io.waybill.cli.child;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs a program's main class and ends when standard input closes: so a child never outlives its parent, however the parent died.
 * The program stops as if by SIGTERM, through its shutdown hooks.
 */
public final class Child {
    /** The processor may take 38 s to hand in and leave its group; a hook that hangs must not keep an orphan alive. */
    private static final long HALT_AFTER_MS = 40_000;

    private Child() {}

    /** @param args the main class, then its arguments */
    public static void main(String[] args) throws ReflectiveOperationException {
        daemon("parent-watch", () -> endWithParent(System.in)).start();
        try {
            Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException failed) {
            failed.getCause().printStackTrace();
            System.exit(1);
        }
    }

    private static void endWithParent(InputStream parent) {
        try {
            while (parent.read() >= 0) {
                // Nothing is ever sent: all that matters is the end.
            }
        } catch (IOException closed) {
            // The end as well.
        }
        daemon("halt", Child::haltLater).start();
        System.exit(0);
    }

    private static void haltLater() {
        try {
            Thread.sleep(HALT_AFTER_MS);
        } catch (InterruptedException nobodyInterrupts) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }

    private static Thread daemon(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(work);
    }
}
