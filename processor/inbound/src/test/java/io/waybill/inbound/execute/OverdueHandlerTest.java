package io.waybill.inbound.execute;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Stage;
import io.waybill.handler.HandlerResult;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A handler that does not end: interrupted at the deadline, given up later, and in nobody's way but its own mailbox's. */
class OverdueHandlerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    /** Of what must not be cut short on a machine that has other work. */
    private static final Duration AMPLE = Duration.ofMinutes(1);

    private final ScriptedHandler tickets = new ScriptedHandler("tickets");
    private final ScriptedHandler crm = new ScriptedHandler("crm");
    private final ScriptedHandler last = new ScriptedHandler("last");
    private final CountDownLatch never = new CountDownLatch(1);

    @TempDir
    Path folder;

    private Jobs jobs;
    private Dispatcher dispatcher;

    @AfterEach
    void stop() {
        never.countDown();
        dispatcher.close();
    }

    @Test
    void hangs_isInterruptedAtTheDeadline_andWhatWasDoneStaysDone() {
        start();
        crm.answer((_, _) -> {
            never.await();
            return HandlerResult.done("late", "");
        });
        Work work = submit(1);
        await().atMost(PATIENCE).until(() -> work.completion() != null);

        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, work.completion());
        assertEquals(FailureCode.DEADLINE_EXCEEDED, failed.failure().code());
        assertEquals(Stage.HANDLE, failed.failure().stage());
        assertTrue(
                failed.failure().detail().endsWith("the handler crm was at work"),
                failed.failure().detail());
        assertTrue(failed.handlers().get("tickets").done());
        await().atMost(PATIENCE).until(() -> dispatcher.running() == 0);
    }

    @Test
    void ignoresItsInterrupt_isGivenUp_keepsItsPermit_andGoesNoFurther() {
        start();
        crm.answer((_, _) -> {
            ignoreInterruptsUntil(never);
            return HandlerResult.done("very late", "");
        });
        Work work = submit(1);
        await().atMost(PATIENCE).until(() -> work.completion() != null);

        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, work.completion());
        assertEquals(FailureCode.DEADLINE_EXCEEDED, failed.failure().code());
        assertTrue(failed.handlers().get("tickets").done(), "the retry must not call it again");
        assertEquals(1, dispatcher.running());

        // The mailbox's other permit still works.
        crm.answer((_, _) -> HandlerResult.done("noted", ""));
        Work other = submit(2);
        await().atMost(PATIENCE).until(() -> other.completion() != null);
        assertInstanceOf(Completion.Handled.class, other.completion());

        never.countDown();
        await().atMost(PATIENCE).until(() -> dispatcher.running() == 0);
        assertFalse(
                last.calls.contains(work.attempt().job().jobId().value()),
                "an attempt that was given up goes no further");
        assertInstanceOf(Completion.Failed.class, work.completion());
    }

    @Test
    void ignoresItsInterruptWhileAlone_othersGoOn() throws Exception {
        start();
        CountDownLatch hangs = new CountDownLatch(1);
        crm.answer((_, _) -> {
            hangs.countDown();
            ignoreInterruptsUntil(never);
            return HandlerResult.done("very late", "");
        });
        Work suspect = submit(1, Work.Mode.ALONE);
        hangs.await();
        crm.answer((_, _) -> HandlerResult.done("noted", ""));
        Work other = submit(2);
        Work next = submit(3, Work.Mode.ALONE);
        await().atMost(PATIENCE).until(() -> other.completion() != null && next.completion() != null);

        assertInstanceOf(Completion.Failed.class, suspect.completion());
        assertInstanceOf(Completion.Handled.class, other.completion());
        assertInstanceOf(Completion.Handled.class, next.completion());
        assertEquals(1, dispatcher.running(), "what ignores its interrupt keeps its permits");
    }

    @Test
    void suspects_letOthersRunBetweenThem() {
        start(AMPLE);
        CountDownLatch first = new CountDownLatch(1);
        crm.answer((_, _) -> {
            first.await();
            return HandlerResult.done("noted", "");
        });
        Work suspect = submit(1, Work.Mode.ALONE);
        await().atMost(PATIENCE).until(() -> dispatcher.running() == 1);
        Work next = submit(2, Work.Mode.ALONE);
        Work other = submit(3);
        first.countDown();
        await().atMost(PATIENCE).until(() -> next.completion() != null);

        assertInstanceOf(Completion.Handled.class, suspect.completion());
        assertInstanceOf(Completion.Handled.class, other.completion());
        assertEquals(List.of(uid(1), uid(3), uid(2)), crm.calls);
    }

    private String uid(long uid) {
        return jobs.first(uid).job().jobId().value();
    }

    /** The deadline is for those that hang, and not for reading a JVM's first mail: that has been done. */
    private void start() {
        start(AMPLE);
        Work first = submit(9);
        await().atMost(PATIENCE).until(() -> first.completion() != null);
        dispatcher.close();
        start(DEADLINE);
    }

    private void start(Duration deadline) {
        jobs = new Jobs(
                deadline,
                new Spooled(folder, _ -> "Message-ID: <1@example.com>\nFrom: a@example.com\nSubject: s\n\ntext\n"),
                tickets,
                crm,
                last);
        dispatcher = new Dispatcher(new Permits(4, 4, deadline), jobs.runner, Clock.systemUTC(), Duration.ZERO);
    }

    private Work submit(long uid) {
        return submit(uid, Work.Mode.ORDINARY);
    }

    private Work submit(long uid, Work.Mode mode) {
        Work work = new Work(jobs.first(uid), 2, mode, new Work.Listener() {
            @Override
            public void onStarted(Work started) {
                started.proceed();
            }

            @Override
            public void onFinished(Work finished) {}

            @Override
            public void onDropped(Work dropped) {}
        });
        dispatcher.submit(work);
        return work;
    }

    private static void ignoreInterruptsUntil(CountDownLatch end) {
        boolean interrupted = false;
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
