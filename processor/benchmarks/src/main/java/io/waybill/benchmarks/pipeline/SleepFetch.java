package io.waybill.benchmarks.pipeline;

import java.time.Duration;

/**
 * Waits, and needs no processor for it.
 *
 * @param latency how long; zero does not even yield
 */
record SleepFetch(Duration latency) implements Fetch {
    @Override
    public void run() throws InterruptedException {
        if (latency.isPositive()) {
            Thread.sleep(latency);
        }
    }
}
