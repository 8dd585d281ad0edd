package io.waybill.sandbox.graph;

import io.waybill.sandbox.emulator.Dice;
import io.waybill.sandbox.emulator.Tally;
import io.waybill.sandbox.emulator.TurnedClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Tells subscriptions what happened: 1. faults drop, double or hold back, 2. an endpoint's state drops or delays, 3. the outbox
 * of the URL posts, 4. whatever is not 2xx in time is posted again, later each time, until it is too old.
 */
final class Notifier implements AutoCloseable {
    private static final Duration HELD_MAX = Duration.ofMillis(500);

    private final Map<URI, Outbox> outboxes = new ConcurrentHashMap<>();
    private final Map<String, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("graph-later").factory());
    private final Tally<NotificationFate> tally = new Tally<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Subscriptions subscriptions;
    private final HttpClient client;
    private final GraphSettings settings;
    private final TurnedClock clock;
    private final Supplier<GraphFaults> faults;
    private final Dice dice;

    Notifier(
            Subscriptions subscriptions,
            HttpClient client,
            GraphSettings settings,
            TurnedClock clock,
            Supplier<GraphFaults> faults,
            Dice dice) {
        this.subscriptions = subscriptions;
        this.client = client;
        this.settings = settings;
        this.clock = clock;
        this.faults = faults;
        this.dice = dice;
    }

    Tally<NotificationFate> tally() {
        return tally;
    }

    void changed(String changeType, String user, GraphMessage message) {
        for (GraphSubscription subscription : subscriptions.ofUser(user)) {
            if (subscription.tells(changeType, message.folderId())) {
                tally.add(NotificationFate.OWED, 1);
                notify(new Notification.Changed(subscription, changeType, message, numbers.incrementAndGet()));
            }
        }
    }

    /** Also does to the subscription what the event says. */
    void lifecycle(GraphSubscription subscription, LifecycleEvent event) {
        switch (event) {
            case SUBSCRIPTION_REMOVED -> subscriptions.remove(subscription.id());
            case REAUTHORIZATION_REQUIRED -> {
                Instant since = clock.instant();
                subscriptions.change(subscription.id(), each -> each.reauthorizeSince(since));
                later(settings.delivery().reauthorizeEvery(), () -> remind(subscription.id(), since));
            }
            case MISSED -> {}
        }
        tell(subscription, event);
    }

    @Override
    public void close() {
        later.shutdownNow();
    }

    private void notify(Notification.Changed notification) {
        GraphFaults now = faults.get();
        Endpoint endpoint = endpoint(notification.subscription().notificationUrl());
        Endpoint.State state = endpoint.state();
        if (isPaused(notification.subscription())) {
            tally.add(NotificationFate.WITHHELD, 1);
        } else if (dice.falls(now.dropped())) {
            tally.add(NotificationFate.DROPPED, 1);
        } else if (state == Endpoint.State.DROPPING) {
            tally.add(NotificationFate.MISSED, 1);
            if (endpoint.miss(notification.subscription().id())) {
                later(settings.health().dropFor(), () -> endpoint.recover().forEach(this::missed));
            }
        } else if (state == Endpoint.State.SLOW) {
            later(settings.health().delay(), () -> send(notification, now));
        } else {
            send(notification, now);
        }
    }

    private void send(Notification.Changed notification, GraphFaults now) {
        Outbox outbox = outbox(notification.subscription().notificationUrl());
        if (dice.falls(now.duplicated())) {
            tally.add(NotificationFate.DUPLICATED, 1);
            outbox.add(notification);
        }
        if (dice.falls(now.reordered())) {
            outbox.hold(notification);
            later(HELD_MAX, outbox::release);
        } else {
            outbox.add(notification);
        }
    }

    private boolean isPaused(GraphSubscription subscription) {
        Instant since = subscription.reauthorizeSince();
        return since != null
                && !clock.instant().isBefore(since.plus(settings.delivery().reauthorizeEvery()));
    }

    private void remind(String id, Instant since) {
        subscriptions
                .find(id)
                .filter(each -> since.equals(each.reauthorizeSince()))
                .ifPresent(owing -> {
                    tell(owing, LifecycleEvent.REAUTHORIZATION_REQUIRED);
                    later(settings.delivery().reauthorizeEvery(), () -> remind(id, since));
                });
    }

    private void missed(String id) {
        subscriptions.find(id).ifPresent(each -> tell(each, LifecycleEvent.MISSED));
    }

    private void tell(GraphSubscription subscription, LifecycleEvent event) {
        if (subscription.lifecycleUrl() != null) {
            outbox(subscription.lifecycleUrl()).add(new Notification.Lifecycle(subscription, event));
        }
    }

    private void post(URI url, Outbox.Batch batch) {
        List<Notification> items =
                batch.items().stream().filter(this::isStillOwed).toList();
        tally.add(NotificationFate.WITHHELD, batch.items().size() - items.size());
        if (items.isEmpty()) {
            return;
        }
        tally.add(NotificationFate.POST, 1);
        if (isTaken(url, Notification.body(items))) {
            tally.add(NotificationFate.DELIVERED, items.size());
            return;
        }
        Outbox.Batch failed = new Outbox.Batch(batch.outbox(), items, batch.failures() + 1, batch.since());
        Duration wait = wait(failed.failures());
        if (System.nanoTime() - failed.since() + wait.toNanos()
                > settings.delivery().retryFor().toNanos()) {
            tally.add(NotificationFate.LOST, items.size());
        } else {
            tally.add(NotificationFate.RETRIED, items.size());
            later(wait, () -> failed.outbox().repeat(failed));
        }
    }

    /** Of a subscription that is gone only its end is told. */
    private boolean isStillOwed(Notification notification) {
        return notification instanceof Notification.Lifecycle
                || subscriptions.find(notification.subscription().id()).isPresent();
    }

    private boolean isTaken(URI url, byte[] body) {
        Endpoint endpoint = endpoint(url);
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        endpoint.posts().acquireUninterruptibly();
        CompletableFuture<Integer> answer =
                client.sendAsync(request, BodyHandlers.discarding()).thenApply(response -> response.statusCode());
        try {
            int status = answer.get(settings.delivery().answerWithin().toMillis(), TimeUnit.MILLISECONDS);
            endpoint.answered(false);
            return status >= 200 && status < 300;
        } catch (TimeoutException late) {
            answer.cancel(true);
            endpoint.answered(true);
            return false;
        } catch (ExecutionException unreachable) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            endpoint.posts().release();
        }
    }

    private Duration wait(int failures) {
        Duration first = settings.delivery().firstRetry();
        Duration max = settings.delivery().retryMax();
        // Beyond twenty doublings it is the maximum anyway, and may not overflow.
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, 20));
        return doubled.compareTo(max) < 0 ? doubled : max;
    }

    private Outbox outbox(URI url) {
        return outboxes.computeIfAbsent(
                url, missing -> new Outbox(settings.delivery().itemsPerPost(), batch -> post(url, batch)));
    }

    private Endpoint endpoint(URI url) {
        return endpoints.computeIfAbsent(
                url.getAuthority() + url.getPath(), missing -> new Endpoint(settings.health()));
    }

    private void later(Duration time, Runnable action) {
        try {
            Future<?> _ = later.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            // Nobody is told anything any more.
        }
    }
}
