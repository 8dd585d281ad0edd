package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** How the contracts are written as JSON: RFC 3339 times, ISO 8601 durations, unknown fields refused, nulls left out. */
public final class Json {
    /** Stands for what was broken, or for itself. */
    private static final char REPLACEMENT = '\uFFFD';

    private Json() {}

    /** Whether the bytes are UTF-8, to the last: parsers mend what is broken, each in its own way. */
    public static boolean isUtf8(byte[] bytes) {
        return text(bytes).isPresent();
    }

    /** The bytes as text; empty where they are not {@linkplain #isUtf8 UTF-8}. */
    public static Optional<String> text(byte[] bytes) {
        String mended = new String(bytes, StandardCharsets.UTF_8);
        if (mended.indexOf(REPLACEMENT) < 0) {
            // Nothing was broken. Found many times as fast as by a decoder that tells.
            return Optional.of(mended);
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException broken) {
            return Optional.empty();
        }
    }

    /** A mapper with the given limits of nesting and text length; both act before anything is allocated for them. */
    public static ObjectMapper mapper(int maxNesting, int maxTextLength) {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxNesting)
                        .maxStringLength(maxTextLength)
                        .maxNameLength(256)
                        .maxNumberLength(32)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .serializationInclusion(JsonInclude.Include.NON_NULL)
                .addModule(times())
                .build();
    }

    private static SimpleModule times() {
        return new SimpleModule("times")
                .addSerializer(Instant.class, ToStringSerializer.instance)
                .addSerializer(Duration.class, ToStringSerializer.instance)
                .addDeserializer(Instant.class, new FromText<>(Instant.class, Instant::parse))
                .addDeserializer(Duration.class, new FromText<>(Duration.class, Duration::parse));
    }

    private static final class FromText<T> extends StdScalarDeserializer<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<String, T> parse;

        FromText(Class<T> type, Function<String, T> parse) {
            super(type);
            this.parse = parse;
        }

        @Override
        @SuppressWarnings("unchecked")
        public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString();
            try {
                return parse.apply(text);
            } catch (DateTimeException | NullPointerException unreadable) {
                return (T) context.handleWeirdStringValue(handledType(), text, "not a time");
            }
        }
    }
}
