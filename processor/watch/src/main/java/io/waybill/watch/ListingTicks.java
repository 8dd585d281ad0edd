package io.waybill.watch;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.EnqueueResult;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerProducer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the mailboxes listed that nobody listens to, those of Microsoft 365: at once when this instance is given them, and then time and
 * again. What a tick finds is what no callback announced; without callbacks it is all there is.
 *
 * <p>Ticks go straight to {@code mail.pointers}: they are of our own making, and there is no callback to be checked.
 */
final class ListingTicks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListingTicks.class);

    /** Of one request to the brokers, which has a deadline. */
    private static final int BATCH = 500;

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final MailboxDirectory directory;
    private final PointerProducer pointers;
    private final WatchSettings settings;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    // Guarded by this.
    private final Map<MailboxKey, Due> due = new HashMap<>();

    private record Due(Mailbox mailbox, Instant at) {}

    private ListingTicks(MailboxDirectory directory, PointerProducer pointers, WatchSettings settings, Clock clock) {
        this.directory = directory;
        this.pointers = pointers;
        this.settings = settings;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("listing-ticks").unstarted(this::run);
    }

    /** @param directory says which mailboxes are paused */
    static ListingTicks start(
            MailboxDirectory directory, PointerProducer pointers, WatchSettings settings, Clock clock) {
        ListingTicks ticks = new ListingTicks(directory, pointers, settings, clock);
        ticks.thread.start();
        return ticks;
    }

    /** From now on exactly these. */
    synchronized void keep(Collection<Mailbox> own) {
        Map<MailboxKey, Mailbox> wanted = new HashMap<>();
        own.stream()
                .filter(mailbox -> !mailbox.removed() && isListed(mailbox))
                .forEach(mailbox -> wanted.put(mailbox.key(), mailbox));
        due.keySet().retainAll(wanted.keySet());
        wanted.forEach((key, mailbox) -> {
            Due now = due.get(key);
            boolean known = now != null && now.mailbox().incarnation().equals(mailbox.incarnation());
            due.put(key, new Due(mailbox, known ? now.at() : clock.instant()));
        });
    }

    private static boolean isListed(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case MicrosoftAccount _ -> true;
            // Its listener has it listed.
            case ImapAccount _ -> false;
        };
    }

    private void run() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    tick();
                } catch (RuntimeException unexpected) {
                    // The next look is in a second; a thread that ends is silence.
                    LOG.atError()
                            .addKeyValue("error", unexpected.getClass().getName())
                            .log("listing_ticks_failed");
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        List<Mailbox> now = takeDue();
        for (int from = 0; from < now.size(); from += BATCH) {
            List<Mailbox> batch = now.subList(from, Math.min(now.size(), from + BATCH));
            List<PointerJob> jobs = batch.stream()
                    .map(mailbox -> PointerJob.of(
                            mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null), clock.instant()))
                    .toList();
            switch (pointers.send(jobs)) {
                case EnqueueResult.Enqueued _ -> {}
                case EnqueueResult.NotEnqueued failed -> {
                    LOG.atWarn().addKeyValue("cause", failed.reason()).log("listing_ticks_not_enqueued");
                    repeat(batch);
                }
            }
        }
    }

    private synchronized List<Mailbox> takeDue() {
        Instant now = clock.instant();
        List<Mailbox> taken = new ArrayList<>();
        due.replaceAll((key, next) -> {
            if (next.at().isAfter(now) || directory.isPaused(key)) {
                return next;
            }
            taken.add(next.mailbox());
            return new Due(next.mailbox(), now.plus(settings.listing()));
        });
        return taken;
    }

    /** The brokers were away: what was taken is due again. */
    private synchronized void repeat(List<Mailbox> batch) {
        Instant next = clock.instant().plus(settings.firstRetry());
        batch.forEach(mailbox -> due.computeIfPresent(mailbox.key(), (_, was) -> new Due(was.mailbox(), next)));
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
