package io.waybill.sandbox.emulator;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Duration;

/** Durations as milliseconds on the wire. */
public final class DurationModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    public DurationModule() {
        addSerializer(Duration.class, new JsonSerializer<>() {
            @Override
            public void serialize(Duration time, JsonGenerator json, SerializerProvider provider) throws IOException {
                json.writeNumber(time.toMillis());
            }
        });
        addDeserializer(Duration.class, new JsonDeserializer<>() {
            @Override
            public Duration deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return Duration.ofMillis(json.getLongValue());
            }
        });
    }
}
