package io.waybill.ingress.endpoint;

import io.micronaut.http.HttpResponse;
import io.micronaut.scheduling.TaskExecutors;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the requests that are worked on at the same time. The work is done on virtual threads, which may wait for the brokers while
 * everything else still answers.
 */
@Singleton
public final class Bulkhead {
    private final ExecutorService workers;
    private final Semaphore permits;

    Bulkhead(IngressLimits limits, @Named(TaskExecutors.BLOCKING) ExecutorService workers) {
        this.workers = workers;
        this.permits = new Semaphore(limits.maxInFlight());
    }

    /**
     * Call it on the event loop, with the body there: a caller that sends slowly holds its own connection, not a permit, and who is
     * refused does not queue behind those who are not.
     *
     * @param work makes the answer, and may block
     * @param refusal makes the answer where the bound is reached, at once
     */
    public CompletionStage<HttpResponse<byte[]>> answer(
            Supplier<HttpResponse<byte[]>> work, Supplier<HttpResponse<byte[]>> refusal) {
        if (!permits.tryAcquire()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return work.get();
                        } finally {
                            // Before the answer is out: who has one may ask again.
                            permits.release();
                        }
                    },
                    workers);
        } catch (RejectedExecutionException stopping) {
            permits.release();
            throw stopping;
        }
    }
}
