package io.waybill.watch;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.RecordSender;
import io.waybill.contracts.Subscription;
import io.waybill.contracts.Subscription.Held;
import io.waybill.contracts.Subscription.State;
import io.waybill.contracts.SubscriptionEvent;
import io.waybill.contracts.SubscriptionTable;
import io.waybill.sources.SubscriptionResult;
import io.waybill.watch.SubscriptionStep.News;
import io.waybill.watch.SubscriptionStep.Wanted;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Keeps the subscription of one mailbox: looks each second what is next to be done, does it, and writes down how it stands. Runs on a
 * virtual thread until it is stopped; whoever keeps the mailbox next begins with what was written down.
 */
final class SubscriptionKeeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionKeeper.class);
    private static final Logger ALERTS = LoggerFactory.getLogger("waybill.alerts");
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What goes by itself is no alert: an ingress that is only starting refuses the first try. */
    private static final int ALERT_AFTER = 3;

    /** Longer than the producer's own limits: its failure is told, not cut off. */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(5);

    private final Mailbox mailbox;
    private final Tools tools;
    private final Optional<Subscriber> subscriber;
    private final Thread thread;
    private final Backoff backoff;
    private volatile Optional<Subscription> known;
    private volatile Optional<SubscriptionResult.Failed> lastFailure = Optional.empty();
    /** At the last look. Before the first one, which comes at once, nobody knows: then it counts as one that is to be announced. */
    private volatile Optional<Wanted> lastWanted = Optional.empty();

    private volatile boolean stopped;
    private final Instant startedAt;
    private Optional<String> gone = Optional.empty();
    private Optional<SubscriptionEvent> renewed = Optional.empty();
    private Instant renewAt;
    private Instant nextTry = Instant.MIN;
    private int failures;
    private boolean unwritten;

    /**
     * What all keepers of a process share.
     *
     * @param subscribers make them, renew them and delete them
     * @param table what was written down, and what providers told
     * @param sender writes to it
     * @param slots bounds the calls at a time: after a start, every mailbox has one to make
     * @param listNow told of a mailbox that is to be listed, because something may have come that was not announced
     */
    record Tools(
            Subscribers subscribers,
            SubscriptionTable table,
            RecordSender sender,
            SubscriptionSettings settings,
            WatchSettings times,
            Semaphore slots,
            Consumer<Mailbox> listNow,
            Clock clock) {}

    private SubscriptionKeeper(Mailbox mailbox, Tools tools) {
        this.mailbox = mailbox;
        this.tools = tools;
        this.subscriber = tools.subscribers().of(mailbox);
        this.backoff = new Backoff(tools.times().firstRetry(), tools.times().longestRetry());
        this.known = tools.table().find(mailbox.key());
        this.startedAt = tools.clock().instant();
        this.renewAt = known.map(Subscription::held).map(this::renewalOf).orElse(Instant.MAX);
        this.thread = Thread.ofVirtual().name("subscription-" + mailbox.key()).unstarted(this);
    }

    static SubscriptionKeeper start(Mailbox mailbox, Tools tools) {
        SubscriptionKeeper keeper = new SubscriptionKeeper(mailbox, tools);
        keeper.thread.start();
        return keeper;
    }

    /** Whether it runs, and keeps the mailbox as it is configured now. */
    boolean isOf(Mailbox now) {
        return thread.isAlive() && mailbox.equals(now);
    }

    /** Whether what comes into the mailbox is announced now. */
    boolean announces() {
        return known.filter(each -> each.announces(tools.clock().instant())).isPresent();
    }

    /** Empty where it only clears up what a mailbox had that is of no concern any more. Looks nothing up: it is for whoever watches. */
    Optional<ListenerStatus> status() {
        if (isOnlyClearedUp()) {
            return Optional.empty();
        }
        Optional<SubscriptionResult.Failed> failure = lastFailure;
        ListenerState state = failure.isPresent()
                ? ListenerState.RETRYING
                : lastWanted.filter(wanted -> wanted.terms().isEmpty()).isPresent()
                        ? ListenerState.LISTING
                        : announces() ? ListenerState.SUBSCRIBED : ListenerState.SUBSCRIBING;
        return Optional.of(new ListenerStatus(
                mailbox.tenantId(),
                mailbox.mailboxId(),
                mailbox.source().folders().getFirst(),
                state,
                known.map(Subscription::since).orElse(startedAt),
                null,
                failure.map(SubscriptionResult.Failed::code).orElse(null),
                failure.map(SubscriptionResult.Failed::detail).orElse(null)));
    }

    /** Ends it without waiting; the subscription stays. */
    void stop() {
        stopped = true;
        thread.interrupt();
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                try {
                    look();
                } catch (RuntimeException | Error bug) {
                    // It may be of this one answer; the mailbox is not to be without a keeper for it.
                    log(LOG.atError())
                            .addKeyValue("cause", bug.getClass().getName())
                            .log("subscription_keeper_failed");
                    Thread.sleep(backoff.next());
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException stopping) {
            // Stopped: the next keeper knows what was written down.
        }
    }

    private void look() throws InterruptedException {
        if (unwritten) {
            write();
        }
        if (!tools.clock().instant().isBefore(nextTry)) {
            Wanted wanted = wanted();
            lastWanted = Optional.of(wanted);
            take(SubscriptionStep.next(wanted, known, news(), tools.clock().instant()));
        }
    }

    private Wanted wanted() {
        return isOnlyClearedUp()
                ? new Wanted(Optional.empty(), false)
                : new Wanted(subscriber.orElseThrow().terms(mailbox), true);
    }

    /** One without a subscriber was announced by its provider once, and is not any more. */
    private boolean isOnlyClearedUp() {
        return mailbox.removed() || subscriber.isEmpty();
    }

    private News news() {
        return new News(
                renewAt,
                gone,
                tools.table()
                        .event(mailbox.key(), SubscriptionEvent.Kind.RENEW)
                        .filter(event -> !renewed.equals(Optional.of(event))),
                tools.table().event(mailbox.key(), SubscriptionEvent.Kind.REMOVED));
    }

    private void take(SubscriptionStep step) throws InterruptedException {
        switch (step) {
            case SubscriptionStep.Make make -> make(make);
            case SubscriptionStep.Renew(var held, var event) -> renew(held, event);
            case SubscriptionStep.Drop(var held) -> drop(held);
            case SubscriptionStep.List() ->
                know(Subscription.listed(mailbox.key(), tools.clock().instant()));
            case SubscriptionStep.Forget() -> {
                known = Optional.empty();
                unwritten = true;
                write();
            }
            case SubscriptionStep.Rest() -> {}
        }
    }

    private void make(SubscriptionStep.Make make) throws InterruptedException {
        SubscriptionResult result = call(() -> subscriber.orElseThrow().make(mailbox, make, end()));
        switch (result) {
            case SubscriptionResult.Live(var id, var expiresAt) -> {
                Instant now = tools.clock().instant();
                // Nobody announced what came before. First, so that where it is written down as active, it is also
                // listed.
                tools.listNow().accept(mailbox);
                Optional<Held> adopted = make.own().filter(own -> own.id().equals(id));
                live(adopted.map(own -> own.renewed(now, expiresAt))
                        .orElseGet(() -> new Held(id, make.terms(), expiresAt, now, now)));
                log(LOG.atInfo())
                        .addKeyValue("subscription", id)
                        .addKeyValue("expiresAt", expiresAt)
                        .log(adopted.isPresent() ? "subscription_adopted" : "subscription_made");
            }
            case SubscriptionResult.Gone() -> throw new IllegalStateException("made and gone");
            case SubscriptionResult.Failed failed -> failed(failed);
        }
    }

    private void renew(Held held, Optional<SubscriptionEvent> event) throws InterruptedException {
        switch (call(() -> subscriber.orElseThrow().renew(mailbox, held, end()))) {
            case SubscriptionResult.Live(var id, var expiresAt) -> {
                if (event.isPresent()) {
                    renewed = event;
                }
                if (event.isPresent() || isFailing()) {
                    // It may have been paused meanwhile, or nobody believed it; what came then is not announced any
                    // more.
                    tools.listNow().accept(mailbox);
                }
                live(held.renewed(tools.clock().instant(), expiresAt));
                log(LOG.atInfo())
                        .addKeyValue("subscription", id)
                        .addKeyValue("expiresAt", expiresAt)
                        .log("subscription_renewed");
            }
            case SubscriptionResult.Gone() -> {
                log(LOG.atWarn()).addKeyValue("subscription", held.id()).log("subscription_lost");
                gone = Optional.of(held.id());
            }
            case SubscriptionResult.Failed failed -> failed(failed);
        }
    }

    private void drop(Held held) throws InterruptedException {
        switch (call(() -> drop(held, subscriber))) {
            case SubscriptionResult.Gone() -> {
                log(LOG.atInfo()).addKeyValue("subscription", held.id()).log("subscription_deleted");
                gone = Optional.of(held.id());
                succeeded();
            }
            case SubscriptionResult.Failed failed -> failed(failed);
            case SubscriptionResult.Live _ -> throw new IllegalStateException("deleted and live");
        }
    }

    /** Of a provider that the mailbox has left nobody can delete anything; it ends by itself, and nobody believes what it says. */
    private SubscriptionResult drop(Held held, Optional<Subscriber> by) {
        return by.map(each -> each.drop(mailbox, held)).orElseGet(SubscriptionResult.Gone::new);
    }

    private SubscriptionResult call(Supplier<SubscriptionResult> call) throws InterruptedException {
        tools.slots().acquire();
        try {
            SubscriptionResult result = call.get();
            if (stopped) {
                // Whatever it says of a call that was cut off.
                throw new InterruptedException();
            }
            return result;
        } finally {
            tools.slots().release();
        }
    }

    private Instant end() {
        return tools.clock().instant().plus(tools.settings().life());
    }

    private void live(Held held) {
        boolean restored = known.filter(each -> each.state() == State.FAILING).isPresent();
        Instant since = known.filter(each -> each.state() == State.ACTIVE)
                .map(Subscription::since)
                .orElseGet(tools.clock()::instant);
        gone = Optional.empty();
        renewAt = renewalOf(held);
        succeeded();
        know(Subscription.active(mailbox.key(), since, held));
        if (restored) {
            log(ALERTS.atInfo()).log("subscription_restored");
        }
    }

    private void succeeded() {
        failures = 0;
        backoff.reset();
        nextTry = Instant.MIN;
        lastFailure = Optional.empty();
    }

    private void failed(SubscriptionResult.Failed failure) {
        failures++;
        Instant now = tools.clock().instant();
        boolean needsSomebody = switch (failure.code().disposition()) {
            case PARK_MAILBOX -> true;
            case RETRY, PARK_HANDLER, DEAD_LETTER -> false;
        };
        Duration pause = needsSomebody ? Backoff.atLeast(tools.times().refusedRetry()) : backoff.next();
        nextTry = now.plus(
                failure.retryAfter().filter(asked -> asked.compareTo(pause) > 0).orElse(pause));
        lastFailure = Optional.of(failure);
        if (needsSomebody || failures >= ALERT_AFTER || isFailing()) {
            alert(failure, now);
        } else {
            log(LOG.atInfo())
                    .addKeyValue("code", failure.code())
                    .addKeyValue("detail", failure.detail())
                    .log("subscription_retried");
        }
    }

    /** Once, until it works again or fails otherwise; also if this process is not the first to meet it. */
    private void alert(SubscriptionResult.Failed failure, Instant now) {
        boolean isNew = known.filter(each -> isFailing() && each.code() == failure.code())
                .isEmpty();
        if (isNew) {
            log(ALERTS.atError())
                    .addKeyValue("code", failure.code())
                    .addKeyValue("detail", failure.detail())
                    .log("subscription_failing");
        }
        if (isNew || !Objects.equals(known.orElseThrow().detail(), failure.detail())) {
            know(Subscription.failing(
                    mailbox.key(),
                    isFailing() ? known.orElseThrow().since() : now,
                    known.map(Subscription::held).orElse(null),
                    failure.code(),
                    failure.detail()));
        }
    }

    private boolean isFailing() {
        return known.filter(each -> each.state() == State.FAILING).isPresent();
    }

    /** At a random time between half of the longest and the longest, and well before its end, however short its life. */
    private Instant renewalOf(Held held) {
        Duration longest = tools.settings().renew();
        Duration half = Duration.between(held.renewedAt(), held.expiresAt()).dividedBy(2);
        Duration least = longest.compareTo(half) < 0 ? longest : half;
        long millis = Math.max(1, least.toMillis());
        return held.renewedAt().plusMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
    }

    private void know(Subscription now) {
        known = Optional.of(now);
        unwritten = true;
        write();
    }

    /** What cannot be written now is written with one of the next looks. */
    private void write() {
        ProducerRecord<byte[], byte[]> record =
                known.map(SubscriptionTable::record).orElseGet(() -> SubscriptionTable.tombstone(mailbox.key()));
        try {
            tools.sender().send(record).get(WRITE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            unwritten = false;
        } catch (ExecutionException | TimeoutException | KafkaException away) {
            log(LOG.atWarn())
                    .addKeyValue("cause", away.getClass().getSimpleName())
                    .log("subscription_not_written");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private LoggingEventBuilder log(LoggingEventBuilder event) {
        return event.addKeyValue("tenant", mailbox.tenantId()).addKeyValue("mailbox", mailbox.mailboxId());
    }
}
