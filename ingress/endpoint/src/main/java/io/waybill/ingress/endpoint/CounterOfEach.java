package io.waybill.ingress.endpoint;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.contracts.Provider;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** A counter for each word of an enum; each is there from the start, so that a rate has a beginning. */
public final class CounterOfEach<E extends Enum<E>> {
    private final Map<E, Counter> counters;

    /** @param tag what the words are of */
    public CounterOfEach(
            MeterRegistry registry, String name, String description, Provider provider, String tag, Class<E> words) {
        counters = new EnumMap<>(words);
        for (E each : words.getEnumConstants()) {
            counters.put(
                    each,
                    Counter.builder(name)
                            .description(description)
                            .tag("provider", provider.token())
                            .tag(tag, word(each))
                            .register(registry));
        }
    }

    /** The word in metrics. */
    public static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public void increment(E word) {
        increment(word, 1);
    }

    public void increment(E word, int by) {
        counters.get(word).increment(by);
    }
}
