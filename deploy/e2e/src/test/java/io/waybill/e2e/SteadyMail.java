package io.waybill.e2e;

import io.waybill.contracts.PointerJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** Mail that keeps coming at an even pace, whatever becomes of it, until this is closed. */
final class SteadyMail implements AutoCloseable {
    private final IntFunction<CompletableFuture<PointerJob>> mail;
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> coming;

    /** Guarded by this. */
    private final List<CompletableFuture<PointerJob>> offered = new ArrayList<>();

    /** @param mail sends the mail of that number, and says when it is accepted */
    SteadyMail(int perSecond, IntFunction<CompletableFuture<PointerJob>> mail) {
        this.mail = mail;
        this.coming = sender.scheduleAtFixedRate(
                this::send, 0, TimeUnit.SECONDS.toNanos(1) / perSecond, TimeUnit.NANOSECONDS);
    }

    /** What was accepted so far. */
    synchronized List<PointerJob> accepted() {
        if (coming.state() == Future.State.FAILED) {
            throw new IllegalStateException("the mail stopped coming", coming.exceptionNow());
        }
        return offered.stream()
                .filter(CompletableFuture::isDone)
                .map(CompletableFuture::join)
                .toList();
    }

    private synchronized void send() {
        offered.add(mail.apply(offered.size()));
    }

    /** Returns when all that was sent is accepted. */
    @Override
    public void close() {
        coming.cancel(false);
        sender.close();
        CompletableFuture.allOf(offered.toArray(CompletableFuture[]::new)).join();
    }
}
