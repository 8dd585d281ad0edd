package io.waybill.cli.up;

import io.waybill.cli.Problem;
import io.waybill.contracts.Provider;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sees when a provider has its first mailbox, on a thread of its own: mailboxes are applied while all else runs, and its ingress is to
 * run from then on. That its mailboxes go again changes nothing.
 */
final class IngressFeed implements AutoCloseable {
    /** Who applied a mailbox watches for its first mail. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A port that is taken stays so for a while. */
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

    private final Supplier<Set<Provider>> providers;
    private final Arrival arrival;
    private final Consumer<Problem> failed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Provider> arrived = EnumSet.noneOf(Provider.class);

    /** What is to be done for a provider, once; where it throws {@link Problem}, again after a while. */
    @FunctionalInterface
    interface Arrival {
        void of(Provider provider) throws InterruptedException;
    }

    private IngressFeed(Supplier<Set<Provider>> providers, Arrival arrival, Consumer<Problem> failed) {
        this.providers = providers;
        this.arrival = arrival;
        this.failed = failed;
    }

    /** @param providers whose mailboxes there are now */
    static IngressFeed start(Supplier<Set<Provider>> providers, Arrival arrival, Consumer<Problem> failed) {
        IngressFeed feed = idle(providers, arrival, failed);
        Thread.ofPlatform().daemon().name("ingress").start(feed::follow);
        return feed;
    }

    static IngressFeed idle(Supplier<Set<Provider>> providers, Arrival arrival, Consumer<Problem> failed) {
        return new IngressFeed(providers, arrival, failed);
    }

    private void follow() {
        try {
            Duration pause;
            do {
                pause = look() ? INTERVAL : AFTER_FAILURE;
            } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does what is to be done for each that is new. Whether all of it could be done. */
    boolean look() throws InterruptedException {
        boolean all = true;
        for (Provider provider : providers.get()) {
            if (!arrived.contains(provider)) {
                try {
                    arrival.of(provider);
                    arrived.add(provider);
                } catch (Problem notStarted) {
                    failed.accept(notStarted);
                    all = false;
                }
            }
        }
        return all;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
