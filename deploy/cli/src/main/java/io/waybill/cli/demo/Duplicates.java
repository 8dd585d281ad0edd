package io.waybill.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** How many announcements the processor recognised as repeats: its own counter, as Prometheus reads it. */
final class Duplicates {
    private static final String COUNTER = "duplicates_total";
    private static final int TIMEOUT_MS = 3_000;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Duplicates() {}

    /** Waits until there are at least so many, or the time is up. Returns how many there are. */
    static int await(String processorUrl, int wanted, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        int count = count(processorUrl);
        while (count < wanted && System.nanoTime() < deadline) {
            Thread.sleep(PAUSE);
            count = count(processorUrl);
        }
        return count;
    }

    private static int count(String processorUrl) {
        try {
            HttpURLConnection request = (HttpURLConnection)
                    URI.create(processorUrl + "/prometheus").toURL().openConnection();
            request.setConnectTimeout(TIMEOUT_MS);
            request.setReadTimeout(TIMEOUT_MS);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(request.getInputStream(), StandardCharsets.UTF_8))) {
                return lines.lines().mapToInt(Duplicates::value).sum();
            }
        } catch (IOException notNow) {
            return 0;
        }
    }

    /** Of a line such as {@code waybill_duplicates_total{of="settled",} 3.0}. */
    static int value(String line) {
        int name = line.indexOf(COUNTER);
        int labels = line.indexOf('{');
        if (line.startsWith("#") || name < 0 || (labels >= 0 && labels < name)) {
            return 0;
        }
        return (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
