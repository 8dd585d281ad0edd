package io.waybill.contracts;

import java.util.HashMap;
import java.util.Map;

/**
 * What one JSON object of a record says, field by field. Each field is taken once, by who knows of what kind it must be; what nobody took
 * does not belong there. All that is not as it must be is an IllegalArgumentException, which names no value.
 */
final class PointerFields {
    /** A value that is none of text, whole number, truth and object; and {@code null} too, as a map sees it. */
    enum Other {
        NULL,
        NUMBER
    }

    private final Map<String, Object> values = new HashMap<>();
    private boolean repeated;

    /** @param value a String, a Long, a Boolean, the fields of an object, or {@link Other} */
    void put(String name, Object value) {
        repeated |= values.put(name, value) != null;
    }

    String text(String name) {
        return take(name, String.class);
    }

    String textOrNull(String name) {
        return isAbsent(name) ? null : text(name);
    }

    long number(String name) {
        return take(name, Long.class);
    }

    Boolean truthOrNull(String name) {
        return isAbsent(name) ? null : take(name, Boolean.class);
    }

    PointerFields object(String name) {
        return take(name, PointerFields.class);
    }

    /** That all was taken, and that nothing stood there twice. */
    void requireNothingElse() {
        values.values().removeIf(value -> value == Other.NULL);
        if (repeated || !values.isEmpty()) {
            throw new IllegalArgumentException("a field does not belong here, or stands here twice");
        }
    }

    private boolean isAbsent(String name) {
        return !values.containsKey(name) || values.remove(name, Other.NULL);
    }

    private <T> T take(String name, Class<T> kind) {
        Object value = values.remove(name);
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException(name + " is missing, or not of the kind that it must be");
        }
        return kind.cast(value);
    }
}
