package io.waybill.inbound.topology;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When each mailbox of this instance's tasks was last announced and last listed, and what only listing found, since its partition came
 * here. In memory: operators look at it, nothing else does. Stream threads write, each of the mailboxes of its own tasks; anybody reads.
 */
public final class MailboxSightings {
    /** How often those are looked for whose mailbox was removed. */
    private static final Duration SWEEP = Duration.ofMinutes(1);

    /** A time before all others. */
    private static final long NEVER = Long.MIN_VALUE;

    private final MailboxDirectory directory;
    private final MeterRegistry meters;
    private final Map<MailboxKey, Sighting> byMailbox = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong(System.nanoTime());

    /**
     * @param directory which mailboxes there are; others are not kept, so that nobody who writes records decides how many there are
     * @param meters takes the count of each as {@code waybill.jobs.found.by.listing}
     */
    public MailboxSightings(MailboxDirectory directory, MeterRegistry meters) {
        this.directory = directory;
        this.meters = meters;
    }

    private static final class Sighting {
        private final int partition;
        private final AtomicLong notifiedAt = new AtomicLong(NEVER);
        private final AtomicLong listedAt = new AtomicLong(NEVER);
        private final AtomicLong found = new AtomicLong();
        private FunctionCounter counter;

        private Sighting(int partition) {
            this.partition = partition;
        }
    }

    /** Those of this instance of which anything was seen, by name. */
    public List<MailboxView> all() {
        sweep();
        return byMailbox.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparing(MailboxKey::tenant).thenComparing(MailboxKey::mailbox)))
                .map(entry -> view(entry.getKey(), entry.getValue()))
                .toList();
    }

    /**
     * It was announced.
     *
     * @param at the broker's time
     */
    void notified(int partition, MailboxKey mailbox, Instant at) {
        Sighting sighting = of(partition, mailbox);
        if (sighting != null) {
            sighting.notifiedAt.accumulateAndGet(at.toEpochMilli(), Math::max);
        }
    }

    /** A listing of it came to its end. */
    void listed(int partition, MailboxKey mailbox, Instant at) {
        Sighting sighting = of(partition, mailbox);
        if (sighting != null) {
            sighting.listedAt.accumulateAndGet(at.toEpochMilli(), Math::max);
        }
    }

    /** So many messages were found by listing alone. */
    void found(int partition, MailboxKey mailbox, int messages) {
        Sighting sighting = of(partition, mailbox);
        if (sighting != null) {
            sighting.found.addAndGet(messages);
        }
    }

    /** The partition leaves this instance, or this thread. */
    void leave(int partition) {
        byMailbox.forEach((mailbox, sighting) -> {
            if (sighting.partition == partition) {
                forget(mailbox);
            }
        });
    }

    /** Forgets mailboxes that were removed, if that was not done just now. */
    void sweepNowAndThen() {
        long last = swept.get();
        long now = System.nanoTime();
        if (now - last > SWEEP.toNanos() && swept.compareAndSet(last, now)) {
            sweep();
        }
    }

    private void sweep() {
        byMailbox.keySet().forEach(mailbox -> {
            if (!isThere(mailbox)) {
                forget(mailbox);
            }
        });
    }

    /** Null for a mailbox that nobody applied: its records are told of elsewhere. */
    private Sighting of(int partition, MailboxKey mailbox) {
        Sighting known = byMailbox.get(mailbox);
        if (known != null) {
            return known;
        }
        return isThere(mailbox) ? byMailbox.computeIfAbsent(mailbox, key -> begin(partition, key)) : null;
    }

    private boolean isThere(MailboxKey mailbox) {
        return directory.find(mailbox).filter(box -> !box.removed()).isPresent();
    }

    private Sighting begin(int partition, MailboxKey mailbox) {
        Sighting sighting = new Sighting(partition);
        // Operators name tenants and mailboxes, so strangers do not choose how many series there are.
        sighting.counter = FunctionCounter.builder(
                        "waybill.jobs.found.by.listing", sighting, seen -> seen.found.doubleValue())
                .description("Mails that no callback had announced")
                .tag("tenant", mailbox.tenant())
                .tag("mailbox", mailbox.mailbox())
                .register(meters);
        return sighting;
    }

    /** Within the map's lock of the key: the counter of one that begins anew must not go with the old one's. */
    private void forget(MailboxKey mailbox) {
        byMailbox.computeIfPresent(mailbox, (_, sighting) -> {
            meters.remove(sighting.counter);
            return null;
        });
    }

    private static MailboxView view(MailboxKey mailbox, Sighting sighting) {
        return new MailboxView(
                mailbox.tenant(),
                mailbox.mailbox(),
                time(sighting.notifiedAt.get()),
                time(sighting.listedAt.get()),
                sighting.found.get());
    }

    private static String time(long millis) {
        return millis == NEVER ? null : Instant.ofEpochMilli(millis).toString();
    }
}
