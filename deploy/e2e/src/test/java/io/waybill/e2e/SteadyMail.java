package io.waybill.e2e;

import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Mail that keeps coming at an even pace, whatever becomes of it, to each mailbox in turn, until this is closed. */
final class SteadyMail implements AutoCloseable {
    private final Ground ground;
    private final List<Mailbox> mailboxes;
    private final String word;
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> coming;

    /** Guarded by this. */
    private final List<CompletableFuture<PointerJob>> offered = new ArrayList<>();

    /** @param word stands in every mail */
    SteadyMail(Ground ground, List<Mailbox> mailboxes, String word, int perSecond) {
        this.ground = ground;
        this.mailboxes = mailboxes;
        this.word = word;
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
        int n = offered.size();
        Mailbox mailbox = mailboxes.get(n % mailboxes.size());
        offered.add(ground.offer(mailbox, ground.put(mailbox, word + n, word, word)));
    }

    /** Returns when all that was sent is accepted. */
    @Override
    public void close() {
        coming.cancel(false);
        sender.close();
        CompletableFuture.allOf(offered.toArray(CompletableFuture[]::new)).join();
    }
}
