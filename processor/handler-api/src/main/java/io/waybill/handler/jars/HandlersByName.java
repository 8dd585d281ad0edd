package io.waybill.handler.jars;

import io.waybill.handler.MailHandler;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Handlers by the names that mailboxes.yml, outcomes and metrics use. Asks each for its name once. */
public final class HandlersByName {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    private final Map<String, MailHandler> handlers = new LinkedHashMap<>();
    private final Map<String, String> owners = new LinkedHashMap<>();

    /** Takes a name away from everybody else. */
    public void reserve(String name, String owner) {
        owners.put(name, owner);
    }

    /**
     * Takes a handler in.
     *
     * @param origin the jar, or what else it came with
     * @throws HandlerConfigurationException if its name is none, or another's
     */
    public void add(MailHandler handler, String origin) {
        String owner = handler.getClass().getName() + " (" + origin + ")";
        String name = handler.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw new HandlerConfigurationException("the handler " + owner
                    + " must have a name of 1 to 40 characters of a-z, 0-9 and -, the first a letter or digit");
        }
        String other = owners.putIfAbsent(name, owner);
        if (other != null) {
            throw new HandlerConfigurationException("two handlers have the name " + name + ": " + other + " and "
                    + owner + "; rename one, or take its jar away");
        }
        handlers.put(name, handler);
    }

    /** Those that were added, in their order. */
    public Map<String, MailHandler> handlers() {
        return Collections.unmodifiableMap(handlers);
    }
}
