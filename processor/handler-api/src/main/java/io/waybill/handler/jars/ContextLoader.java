package io.waybill.handler.jars;

/**
 * Shows a handler's own classes to libraries that look for theirs by the thread's context class loader (JAXP, JNDI, service loaders),
 * for as long as this is open.
 */
public final class ContextLoader implements AutoCloseable {
    private final ClassLoader before;

    private ContextLoader(ClassLoader before) {
        this.before = before;
    }

    /** Closes on the same thread. */
    public static ContextLoader of(ClassLoader loader) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        return new ContextLoader(before);
    }

    @Override
    public void close() {
        Thread.currentThread().setContextClassLoader(before);
    }
}
