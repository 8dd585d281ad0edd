package io.waybill.sources.gmail;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is left of a {@link GmailQuota}, per user and per project: as many as there are mailboxes. It comes back evenly, not once a minute,
 * and what may be spent at once is small; both together are never more than the quota, whichever minute Gmail looks at.
 */
final class UnitBudget {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final GmailQuota quota;
    private final Map<String, Bucket> projects = new ConcurrentHashMap<>();
    private final Map<User, Bucket> users = new ConcurrentHashMap<>();

    private record User(String project, String subject) {}

    UnitBudget(GmailQuota quota) {
        this.quota = quota;
    }

    /**
     * Takes units, first come first served, and waits until they are there. Where that would last too long, it takes none, does not wait,
     * and says how long it would last; else it says nothing. Who is interrupted while it waits has spent them all the same.
     */
    Optional<Duration> take(String project, String subject, int units, Duration atMost) throws InterruptedException {
        Bucket ofUser = users.computeIfAbsent(new User(project, subject), _ -> bucket(quota.unitsPerMinutePerUser()));
        Bucket ofProject = projects.computeIfAbsent(project, _ -> bucket(quota.unitsPerMinutePerProject()));
        long began = System.nanoTime();
        if (!take(ofUser, units, atMost)) {
            return Optional.of(untilThere(ofUser, units));
        }
        if (!take(ofProject, units, atMost.minusNanos(System.nanoTime() - began))) {
            ofUser.addTokens(units);
            return Optional.of(untilThere(ofProject, units));
        }
        return Optional.empty();
    }

    private static boolean take(Bucket bucket, int units, Duration atMost) throws InterruptedException {
        return atMost.isPositive() ? bucket.asBlocking().tryConsume(units, atMost) : bucket.tryConsume(units);
    }

    private static Duration untilThere(Bucket bucket, int units) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(units).getNanosToWaitForRefill());
    }

    /** A second's worth at once, or one call that costs more. */
    private Bucket bucket(int unitsPerMinute) {
        int atOnce = Math.max(unitsPerMinute / 60, quota.costs().highest());
        return Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(atOnce)
                        .refillGreedy(unitsPerMinute - atOnce, MINUTE)
                        .build())
                .build();
    }
}
