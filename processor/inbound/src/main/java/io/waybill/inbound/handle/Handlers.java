package io.waybill.inbound.handle;

import io.waybill.handler.HandlerSettings;
import io.waybill.handler.MailHandler;
import io.waybill.handler.jars.ContextLoader;
import io.waybill.handler.jars.HandlerConfigurationException;
import io.waybill.handler.jars.HandlerJars;
import io.waybill.handler.jars.HandlersByName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All handlers of this process, started, by name: those of Waybill and those of the handlers folder. */
public final class Handlers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    /** Less than the command waits for the processor, so that it hears which handler hangs. */
    private static final Duration START_WITHIN = Duration.ofSeconds(60);

    /** For all together: the process has jobs to hand in and is killed if it lingers. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final HandlerJars jars;
    private final Map<String, MountedHandler> started;

    private Handlers(HandlerJars jars, Map<String, MountedHandler> started) {
        this.jars = jars;
        this.started = started;
    }

    /**
     * Finds all handlers and starts each with its settings.
     *
     * @param ours those of Waybill itself
     * @param folder where the jars of others are; empty where there are none
     * @param settings the settings of the handler of a name
     * @throws HandlerConfigurationException if one cannot be loaded or started, is named badly, or two have one name; those already
     *     started are closed again
     */
    public static Handlers start(
            List<? extends MailHandler> ours, Optional<Path> folder, Function<String, HandlerSettings> settings) {
        return start(ours, folder, settings, START_WITHIN);
    }

    static Handlers start(
            List<? extends MailHandler> ours,
            Optional<Path> folder,
            Function<String, HandlerSettings> settings,
            Duration within) {
        HandlersByName named = new HandlersByName();
        ours.forEach(handler -> named.add(handler, "of Waybill"));
        HandlerJars jars = folder.map(HandlerJars::open).orElseGet(HandlerJars::none);
        Map<String, MountedHandler> started = new LinkedHashMap<>();
        try {
            jars.addTo(named);
            named.handlers().forEach((name, handler) -> {
                start(name, handler, settings.apply(name), within);
                started.put(
                        name,
                        new MountedHandler(
                                name, handler, ours.contains(handler) ? CallThread.OF_THE_JOB : CallThread.OF_ITS_OWN));
            });
        } catch (HandlerConfigurationException unusable) {
            new Handlers(jars, started).close();
            throw unusable;
        }
        return new Handlers(jars, Map.copyOf(started));
    }

    /** The handler of a name. */
    public Optional<MountedHandler> find(String name) {
        return Optional.ofNullable(started.get(name));
    }

    /** The names a mailbox may ask for. */
    public Set<String> names() {
        return new TreeMap<>(started).keySet();
    }

    /** Closes them all, side by side; one that fails or hangs does not keep the others open. */
    @Override
    public void close() {
        Map<String, CompletableFuture<Void>> closing = new LinkedHashMap<>();
        started.forEach((name, handler) -> closing.put(
                name,
                inBackground(
                        name + "-close",
                        handler.handler(),
                        () -> handler.handler().close())));
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
        closing.forEach((name, end) -> {
            try {
                end.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException failed) {
                closeFailed(name, failed.getCause());
            } catch (TimeoutException hangs) {
                closeFailed(name, hangs);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        });
        jars.close();
    }

    private static void start(String name, MailHandler handler, HandlerSettings settings, Duration within) {
        try {
            inBackground(name + "-start", handler, () -> handler.start(settings))
                    .get(within.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw new HandlerConfigurationException(
                    "the handler " + name + origin(handler) + " did not start: "
                            + (cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage()),
                    cause);
        } catch (TimeoutException hangs) {
            throw new HandlerConfigurationException(
                    "the handler " + name + origin(handler) + " did not start within " + within.toSeconds() + " s");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new HandlerConfigurationException("interrupted while the handler " + name + " started");
        }
    }

    /** The jar that it came in, where it came in one. */
    private static String origin(MailHandler handler) {
        ClassLoader loader = handler.getClass().getClassLoader();
        return loader == Handlers.class.getClassLoader() ? "" : " (" + loader.getName() + ")";
    }

    private interface Step {
        void run() throws Exception;
    }

    /** On a thread of its own, which may be left behind. */
    private static CompletableFuture<Void> inBackground(String name, MailHandler handler, Step step) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try (ContextLoader _ = ContextLoader.of(handler.getClass().getClassLoader())) {
                step.run();
                end.complete(null);
            } catch (Throwable failed) {
                end.completeExceptionally(failed);
            }
        });
        return end;
    }

    private static void closeFailed(String name, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("handler", name)
                .addKeyValue("error", failure.getClass().getName())
                .log("handler_close_failed");
    }
}
