package io.waybill.inbound.handle;

import io.waybill.handler.HandlerSettings;
import io.waybill.handler.MailHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All handlers of the class path, started, by name. */
public final class Handlers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);

    /** The name stands in mailboxes.yml, in outcomes and in metrics. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    private final Map<String, MailHandler> started;

    private Handlers(Map<String, MailHandler> started) {
        this.started = started;
    }

    /**
     * Finds all handlers by {@link ServiceLoader} and starts each with its settings.
     *
     * @param settings the settings of the handler of a name
     * @throws HandlerConfigurationException if one cannot be loaded or started, is named badly, or two have one name; those already
     *     started are closed again
     */
    public static Handlers start(ClassLoader loader, Function<String, HandlerSettings> settings) {
        return start(load(loader), settings);
    }

    static Handlers start(List<MailHandler> found, Function<String, HandlerSettings> settings) {
        Map<String, MailHandler> named = byName(found);
        Map<String, MailHandler> started = new LinkedHashMap<>();
        for (Map.Entry<String, MailHandler> handler : named.entrySet()) {
            try {
                handler.getValue().start(settings.apply(handler.getKey()));
                started.put(handler.getKey(), handler.getValue());
            } catch (Exception failed) {
                new Handlers(started).close();
                throw new HandlerConfigurationException(
                        "the handler " + handler.getKey() + " did not start: " + failed.getMessage(), failed);
            }
        }
        return new Handlers(Map.copyOf(started));
    }

    /** The handler of a name. */
    public Optional<MailHandler> find(String name) {
        return Optional.ofNullable(started.get(name));
    }

    /** The names a mailbox may ask for. */
    public Set<String> names() {
        return started.keySet();
    }

    /** Closes them all; one that fails to close does not keep the others open. */
    @Override
    public void close() {
        for (Map.Entry<String, MailHandler> handler : started.entrySet()) {
            try {
                handler.getValue().close();
            } catch (Exception failed) {
                if (failed instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOG.atWarn()
                        .addKeyValue("handler", handler.getKey())
                        .addKeyValue("error", failed.getClass().getName())
                        .log("handler_close_failed");
            }
        }
    }

    private static List<MailHandler> load(ClassLoader loader) {
        try {
            List<MailHandler> found = new ArrayList<>();
            ServiceLoader.load(MailHandler.class, loader).forEach(found::add);
            return found;
        } catch (ServiceConfigurationError broken) {
            throw new HandlerConfigurationException("a handler cannot be loaded: " + broken.getMessage(), broken);
        }
    }

    private static Map<String, MailHandler> byName(List<MailHandler> found) {
        Map<String, MailHandler> named = new LinkedHashMap<>();
        for (MailHandler handler : found) {
            String name = handler.name();
            String type = handler.getClass().getName();
            if (name == null || !NAME.matcher(name).matches()) {
                throw new HandlerConfigurationException(
                        "the handler " + type + " must have a name of 1 to 40 characters of"
                                + " a-z, 0-9 and -, the first a letter or digit");
            }
            MailHandler other = named.put(name, handler);
            if (other != null) {
                throw new HandlerConfigurationException("two handlers have the name " + name + ": "
                        + other.getClass().getName() + " and " + type + "; rename one, or take its jar away");
            }
        }
        return named;
    }
}
