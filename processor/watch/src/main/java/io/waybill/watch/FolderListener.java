package io.waybill.watch;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapNotification;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.sources.imap.ImapConnector;
import io.waybill.sources.imap.ImapException;
import io.waybill.sources.imap.ImapSession;
import io.waybill.sources.imap.ImapSession.Examined;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Listens to one folder: connect, say that something may have changed, then look, wait, look again, until the connection breaks; then
 * the same after a pause. What the server says is only ever a reason to look. Runs on a virtual thread until it is stopped.
 */
final class FolderListener implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderListener.class);

    /** How often a refused account's credentials are looked at: who has just put a password in place is waiting. */
    private static final Duration CREDENTIALS_LOOK = Duration.ofSeconds(1);

    /**
     * How long the first wait after any news may last. There are servers that tell nothing of a mail that comes in the moment in which
     * they begin to wait (GreenMail does), and the watchdog's look is minutes away.
     */
    private static final Duration SECOND_LOOK = Duration.ofSeconds(5);

    private final Mailbox mailbox;
    private final String folder;
    private final ImapConnector connector;
    private final Delivery delivery;
    private final WatchSettings settings;
    private final WatchMeters meters;
    private final Clock clock;
    private final Thread thread;
    private volatile ImapSession session;
    private volatile boolean stopped;
    private volatile Doing doing;
    private volatile Instant lastPushAt;
    private volatile ImapException lastError;
    private Instant connectedAt = Instant.MAX;
    private byte[] triedWith;

    private record Doing(ListenerState state, Instant since) {}

    private FolderListener(
            Mailbox mailbox,
            String folder,
            ImapConnector connector,
            Delivery delivery,
            WatchSettings settings,
            WatchMeters meters,
            Clock clock) {
        this.mailbox = mailbox;
        this.folder = folder;
        this.connector = connector;
        this.delivery = delivery;
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        this.doing = new Doing(ListenerState.CONNECTING, clock.instant());
        this.thread = Thread.ofVirtual().name("listener-" + mailbox.key()).unstarted(this);
    }

    static FolderListener start(
            Mailbox mailbox,
            String folder,
            ImapConnector connector,
            Delivery delivery,
            WatchSettings settings,
            WatchMeters meters,
            Clock clock) {
        FolderListener listener = new FolderListener(mailbox, folder, connector, delivery, settings, meters, clock);
        listener.thread.start();
        return listener;
    }

    /** Whether it runs, and listens for the mailbox as it is configured now. */
    boolean isOf(Mailbox now) {
        return thread.isAlive()
                && mailbox.source().equals(now.source())
                && mailbox.k().equals(now.k())
                && mailbox.incarnation().equals(now.incarnation());
    }

    ListenerStatus status() {
        Doing now = doing;
        ImapException error = lastError;
        return new ListenerStatus(
                mailbox.tenantId(),
                mailbox.mailboxId(),
                folder,
                now.state(),
                now.since(),
                lastPushAt,
                error == null ? null : error.code(),
                error == null ? null : error.getMessage());
    }

    /** Ends it without waiting; its connection closes at once. */
    void stop() {
        stopped = true;
        thread.interrupt();
        ImapSession open = session;
        if (open != null) {
            open.abort();
        }
    }

    /** Waits until it has ended; false where the limit passed before. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return thread.join(limit);
    }

    @Override
    public void run() {
        Backoff backoff = new Backoff(settings.firstRetry(), settings.longestRetry());
        try {
            while (!stopped) {
                try {
                    listenOnce(backoff);
                } catch (RuntimeException | Error bug) {
                    // It may be of this one connection; the folder is not to be without a listener for it.
                    log(LOG.atError())
                            .addKeyValue("cause", bug.getClass().getName())
                            .log("listener_failed");
                    Thread.sleep(backoff.next());
                }
            }
        } catch (InterruptedException stopping) {
            // Stopped: whoever owns the folder next lists it first.
        }
    }

    /** One connection, and the pause after it. */
    private void listenOnce(Backoff backoff) throws InterruptedException {
        enter(ListenerState.CONNECTING);
        connectedAt = Instant.MAX;
        ImapException lost = listen();
        if (stopped) {
            return;
        }
        tell(lost);
        if (connectedAt.isBefore(clock.instant().minus(settings.healthyAfter()))) {
            backoff.reset();
        }
        enter(ListenerState.RETRYING);
        rest(lost, backoff);
    }

    /** One connection, from its opening until it breaks; answers why it did. */
    private ImapException listen() throws InterruptedException {
        triedWith = connector.credentialsMark(account());
        try {
            session = connector.open(account());
            return listen(session);
        } catch (ImapException lost) {
            return lost;
        } finally {
            if (session != null) {
                session.abort();
                session = null;
            }
        }
    }

    private ImapException listen(ImapSession opened) throws ImapException, InterruptedException {
        Arrivals arrivals = new Arrivals(opened.examine(folder), opened);
        connected();
        push(ImapNotification.changed(folder));
        Instant tick = nextTick();
        ImapSession.Idle last = opened.canIdle() ? ImapSession.Idle.NEWS : ImapSession.Idle.UNWILLING;
        while (!stopped) {
            for (List<Long> batch = arrivals.next(); !batch.isEmpty(); batch = arrivals.next()) {
                push(arrivals.notification(mailbox.tenantId(), folder, batch, connector.hashes()));
                // Only now: a push that was not accepted is posted again with the same UIDs.
                arrivals.covered(batch.getLast());
            }
            Duration untilTick = Duration.between(clock.instant(), tick);
            if (!untilTick.isPositive()) {
                push(ImapNotification.changed(folder));
                tick = nextTick();
                continue;
            }
            Duration atMost = shorter(settings.watchdog(), untilTick);
            last = switch (last) {
                case NEWS -> waitForNews(opened, arrivals, shorter(SECOND_LOOK, atMost));
                case SILENCE -> waitForNews(opened, arrivals, atMost);
                case UNWILLING -> {
                    enter(ListenerState.POLLING);
                    Thread.sleep(shorter(settings.poll(), untilTick));
                    look(opened, arrivals);
                    yield last;
                }
            };
        }
        throw new InterruptedException();
    }

    private ImapSession.Idle waitForNews(ImapSession opened, Arrivals arrivals, Duration atMost)
            throws ImapException, InterruptedException {
        enter(ListenerState.IDLE);
        ImapSession.Idle how = opened.idle(atMost);
        switch (how) {
            // A server that talks without end must not make us look without end; and mails come in bursts.
            case NEWS -> Thread.sleep(settings.quiet());
            case SILENCE -> look(opened, arrivals);
            case UNWILLING -> log(LOG.atInfo()).log("idle_refused");
        }
        return how;
    }

    /** Opens the folder anew: the only way to learn that its UIDs are others now. */
    private void look(ImapSession opened, Arrivals arrivals) throws ImapException, InterruptedException {
        Examined examined = opened.examine(folder);
        if (examined.uidValidity() != arrivals.uidValidity()) {
            log(LOG.atWarn()).addKeyValue("uidValidity", examined.uidValidity()).log("uidvalidity_changed");
            arrivals.restart(examined);
            push(ImapNotification.changed(folder));
        }
    }

    private void push(ImapNotification notification) throws InterruptedException {
        enter(ListenerState.PUSHING);
        delivery.deliver(mailbox, notification);
        lastPushAt = clock.instant();
    }

    private void rest(ImapException lost, Backoff backoff) throws InterruptedException {
        switch (lost.code().disposition()) {
            case PARK_MAILBOX -> restUnlessMended(Backoff.atLeast(settings.refusedRetry()));
            case RETRY, PARK_HANDLER, DEAD_LETTER ->
                Thread.sleep(longer(backoff.next(), lost.retryAfter().orElse(Duration.ZERO)));
        }
    }

    /** Servers lock out who keeps trying, but other credentials are another try. */
    private void restUnlessMended(Duration pause) throws InterruptedException {
        Instant end = clock.instant().plus(pause);
        while (clock.instant().isBefore(end) && Arrays.equals(triedWith, connector.credentialsMark(account()))) {
            Thread.sleep(shorter(CREDENTIALS_LOOK, Duration.between(clock.instant(), end)));
        }
    }

    private ImapAccount account() {
        return switch (mailbox.source()) {
            case ImapAccount imap -> imap;
            case MicrosoftAccount _, GoogleAccount _ -> throw new IllegalArgumentException("not an IMAP account");
        };
    }

    /** Says it once when a state of failure begins; the counter says how often. */
    private void tell(ImapException failed) {
        meters.failed(failed.code());
        boolean isNew = lastError == null || failed.code() != lastError.code();
        lastError = failed;
        if (isNew) {
            log(LOG.atWarn())
                    .addKeyValue("code", failed.code())
                    .addKeyValue("detail", failed.getMessage())
                    .log("listener_lost");
        }
    }

    private void connected() {
        connectedAt = clock.instant();
        if (lastError != null) {
            lastError = null;
            log(LOG.atInfo()).log("listener_recovered");
        }
    }

    private LoggingEventBuilder log(LoggingEventBuilder event) {
        return event.addKeyValue("tenant", mailbox.tenantId())
                .addKeyValue("mailbox", mailbox.mailboxId())
                .addKeyValue("folder", folder);
    }

    private void enter(ListenerState state) {
        if (doing.state() != state) {
            doing = new Doing(state, clock.instant());
        }
    }

    private Instant nextTick() {
        return clock.instant().plus(Backoff.about(settings.tick()));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
