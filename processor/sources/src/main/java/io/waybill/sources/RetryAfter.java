package io.waybill.sources;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server wants us to wait (RFC 9110, 10.2.3). */
public final class RetryAfter {
    /** What asks for more is, as a rule, not believed. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private RetryAfter() {}

    /** Seconds or a date, an hour at most; empty where it says nothing that can be read, or a time that has gone. */
    public static Optional<Duration> of(HttpResponse<?> response, Clock clock) {
        return of(response, clock, LONGEST_PAUSE);
    }

    /** The same, with another bound in place of the hour. */
    public static Optional<Duration> of(HttpResponse<?> response, Clock clock, Duration longest) {
        return response.headers()
                .firstValue("Retry-After")
                .flatMap(text -> duration(text, clock))
                .filter(Duration::isPositive)
                .map(asked -> asked.compareTo(longest) < 0 ? asked : longest);
    }

    private static Optional<Duration> duration(String text, Clock clock) {
        try {
            return Optional.of(
                    text.matches("[0-9]{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(text))
                            : Duration.between(
                                    clock.instant(),
                                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                            .toInstant()));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
