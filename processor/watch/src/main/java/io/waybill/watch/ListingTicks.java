package io.waybill.watch;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.ChangesPointer.Reason;
import io.waybill.contracts.EnqueueResult;
import io.waybill.contracts.GoogleAccount;
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
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the mailboxes listed that nobody listens to, those of Microsoft 365 and Google Workspace: at once when this instance is given them, and then time and
 * again; seldom where their mail is announced, often where it is not. What a tick finds is what no callback announced; without callbacks
 * it is all there is.
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

    /**
     * When a mailbox is listed next.
     *
     * @param soon if nothing is announced
     * @param late if what comes is announced
     */
    private record Due(Mailbox mailbox, Reason reason, boolean announced, Instant soon, Instant late) {
        static Due now(Mailbox mailbox, Reason reason, Instant now) {
            return new Due(mailbox, reason, false, now, now);
        }

        Instant at() {
            return announced ? late : soon;
        }

        Due of(Mailbox now, boolean isAnnounced) {
            return new Due(now, reason, isAnnounced, soon, late);
        }
    }

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

    /**
     * From now on exactly these.
     *
     * @param announced says of a mailbox whether its mail is announced now
     */
    synchronized void keep(Collection<Mailbox> own, Predicate<MailboxKey> announced) {
        Map<MailboxKey, Mailbox> wanted = new HashMap<>();
        own.stream()
                .filter(mailbox -> !mailbox.removed() && isListed(mailbox))
                .forEach(mailbox -> wanted.put(mailbox.key(), mailbox));
        due.keySet().retainAll(wanted.keySet());
        wanted.forEach((key, mailbox) -> {
            Due now = due.get(key);
            boolean known = now != null && now.mailbox().incarnation().equals(mailbox.incarnation());
            due.put(
                    key,
                    (known ? now : Due.now(mailbox, Reason.CONNECTED, clock.instant()))
                            .of(mailbox, announced.test(key)));
        });
    }

    /** Has the mailbox listed at once, if it is one of those. */
    synchronized void listNow(Mailbox mailbox) {
        due.computeIfPresent(
                mailbox.key(),
                (_, next) -> Due.now(next.mailbox(), Reason.CONNECTED, clock.instant())
                        .of(next.mailbox(), next.announced()));
    }

    private static boolean isListed(Mailbox mailbox) {
        return switch (mailbox.source()) {
            case MicrosoftAccount _, GoogleAccount _ -> true;
            // Its listener has it listed.
            case ImapAccount _ -> false;
        };
    }

    private void run() {
        try {
            while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    tick();
                } catch (RuntimeException | Error unexpected) {
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
        List<Due> now = takeDue();
        for (int from = 0; from < now.size(); from += BATCH) {
            List<Due> batch = now.subList(from, Math.min(now.size(), from + BATCH));
            List<PointerJob> jobs = batch.stream()
                    .map(next -> PointerJob.of(
                            next.mailbox(), new ChangesPointer(next.reason(), null, null), clock.instant()))
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

    private synchronized List<Due> takeDue() {
        Instant now = clock.instant();
        List<Due> taken = new ArrayList<>();
        due.replaceAll((key, next) -> {
            if (next.at().isAfter(now) || directory.isPaused(key)) {
                return next;
            }
            taken.add(next);
            return new Due(
                    next.mailbox(),
                    Reason.TICK,
                    next.announced(),
                    now.plus(settings.listing()),
                    now.plus(Backoff.about(settings.tick())));
        });
        return taken;
    }

    /** The brokers were away: what was taken is due again. */
    private synchronized void repeat(List<Due> batch) {
        Instant next = clock.instant().plus(settings.firstRetry());
        batch.forEach(missed -> due.computeIfPresent(
                missed.mailbox().key(),
                (_, was) -> new Due(was.mailbox(), missed.reason(), was.announced(), next, next)));
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
