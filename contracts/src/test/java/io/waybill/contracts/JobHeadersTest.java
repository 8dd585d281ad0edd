package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

final class JobHeadersTest {
    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void put_replaces() {
        JobHeaders.put(headers, JobHeaders.ATTEMPT, 1);
        JobHeaders.put(headers, JobHeaders.ATTEMPT, 2);
        assertEquals(1, headers.toArray().length);
        assertEquals(OptionalInt.of(2), JobHeaders.number(headers, JobHeaders.ATTEMPT));
        assertEquals(Optional.of("2"), JobHeaders.text(headers, JobHeaders.ATTEMPT));
    }

    @Test
    void number_other_isNone() {
        assertEquals(OptionalInt.empty(), JobHeaders.number(headers, JobHeaders.ATTEMPT));
        for (String text : List.of("", "-1", "1.0", " 1", "1000000000", "one", "\u0661")) {
            JobHeaders.put(headers, JobHeaders.ATTEMPT, text);
            assertEquals(OptionalInt.empty(), JobHeaders.number(headers, JobHeaders.ATTEMPT), text);
        }
        JobHeaders.put(headers, JobHeaders.ATTEMPT, "999999999");
        assertEquals(OptionalInt.of(999_999_999), JobHeaders.number(headers, JobHeaders.ATTEMPT));
    }

    @Test
    void time_roundTripAndOther() {
        JobHeaders.put(headers, JobHeaders.NOT_BEFORE, Samples.NOW);
        assertEquals(Optional.of(Samples.NOW), JobHeaders.time(headers, JobHeaders.NOT_BEFORE));
        for (String text : List.of("", "tomorrow", "2026-01-02", Instant.MAX.toString(), Instant.MIN.toString())) {
            JobHeaders.put(headers, JobHeaders.NOT_BEFORE, text);
            assertEquals(Optional.empty(), JobHeaders.time(headers, JobHeaders.NOT_BEFORE), text);
        }
    }

    @Test
    void text_ofForeignBytes() {
        headers.add(JobHeaders.TENANT, null);
        assertEquals(Optional.empty(), JobHeaders.text(headers, JobHeaders.TENANT));
        headers.add(JobHeaders.TENANT, "ä".getBytes(StandardCharsets.UTF_8));
        assertEquals(Optional.of("ä"), JobHeaders.text(headers, JobHeaders.TENANT));
    }

    @Test
    void isOwn_everyNameHere() throws IllegalAccessException {
        for (var field : JobHeaders.class.getFields()) {
            if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
                assertTrue(JobHeaders.isOwn((String) field.get(null)), field.getName());
            }
        }
        Arrays.asList("traceparent", "x-joby", "X-Job-Id", "").forEach(name -> assertFalse(JobHeaders.isOwn(name)));
    }
}
