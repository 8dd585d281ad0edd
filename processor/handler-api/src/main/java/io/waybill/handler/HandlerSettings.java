package io.waybill.handler;

import java.util.Optional;

/** The settings of one handler: configuration keys below {@code waybill.handlers.<name>}, or the environment variables of that name. */
@FunctionalInterface
public interface HandlerSettings {
    /** The value of a setting, for example {@code database-url}. */
    Optional<String> get(String key);
}
