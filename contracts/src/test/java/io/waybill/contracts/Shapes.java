package io.waybill.contracts;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What sealed types and records consist of. */
final class Shapes {
    private Shapes() {}

    /** The records below a sealed type. */
    static List<Class<?>> cases(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .<Class<?>>flatMap(type -> type.isSealed() ? cases(type).stream() : Stream.of(type))
                .toList();
    }

    /** The names of a record's components. */
    static Set<String> fields(Class<?> type) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            names.add(component.getName());
        }
        return names;
    }
}
