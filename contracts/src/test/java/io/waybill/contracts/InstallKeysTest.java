package io.waybill.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class InstallKeysTest {
    private static final List<InstallKey> LIVE = List.of(new InstallKey(Secret.of("0123456789abcdef0123456789abcdef")));

    private final AtomicInteger lookUps = new AtomicInteger();

    @Test
    void live_askedByMany_isLookedUpOnce() {
        InstallKeys keys = keys(Duration.ofDays(1));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10_000; i++) {
                threads.execute(keys::live);
            }
        }
        assertEquals(LIVE, keys.live());
        assertEquals(1, lookUps.get());
    }

    @Test
    void live_keptForNoTime_isLookedUpEachTime() {
        InstallKeys keys = keys(Duration.ZERO);
        keys.live();
        keys.live();
        assertEquals(2, lookUps.get());
    }

    @Test
    void live_none_isKeptToo() {
        InstallKeys keys = new InstallKeys(
                () -> {
                    lookUps.incrementAndGet();
                    return List.of();
                },
                Duration.ofDays(1));
        assertEquals(List.of(), keys.live());
        assertEquals(List.of(), keys.live());
        assertEquals(1, lookUps.get());
    }

    private InstallKeys keys(Duration keep) {
        return new InstallKeys(
                () -> {
                    lookUps.incrementAndGet();
                    return LIVE;
                },
                keep);
    }
}
