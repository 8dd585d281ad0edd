package io.waybill.inbound.handle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.HandlerResult.Skip.Reason;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import io.waybill.handler.testing.SampleMail;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class MountedHandlerTest {
    private static final String CONTENT = "content of a mail";

    private interface Work {
        HandlerResult handle() throws Exception;
    }

    static List<Throwable> throwables() {
        return List.of(
                new IllegalStateException(CONTENT),
                new Exception(CONTENT),
                new NoClassDefFoundError(CONTENT),
                new ExceptionInInitializerError(CONTENT),
                new StackOverflowError(CONTENT),
                new AssertionError(CONTENT),
                new OutOfMemoryError(CONTENT),
                new Error(CONTENT));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void whateverIsThrown_isAFailureThatMayPass_withoutItsMessage(Throwable thrown) {
        HandlerResult result = handle(() -> {
            throw sneaky(thrown);
        });
        assertEquals(
                HandlerResult.retry(
                        "handler odd failed with " + thrown.getClass().getName()),
                result);
    }

    @Test
    void endlessRecursion_isAFailureThatMayPass() {
        assertEquals(
                HandlerResult.retry("handler odd failed with java.lang.StackOverflowError"),
                handle(MountedHandlerTest::endless));
    }

    @Test
    void outOfMemory_isAnErrorInTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(MountedHandler.class);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.addAppender(events);
        try {
            handle(() -> {
                throw new OutOfMemoryError(CONTENT);
            });
        } finally {
            logger.detachAppender(events);
        }
        ILoggingEvent event = events.list.getFirst();
        assertEquals(Level.ERROR, event.getLevel());
        assertEquals("virtual_machine_error", event.getMessage());
        assertTrue(event.getKeyValuePairs().toString().contains("handler=\"odd\""), event.toString());
    }

    @Test
    void interrupt_staysOnTheThread() {
        HandlerResult result = handle(() -> {
            throw new InterruptedException();
        });
        assertTrue(Thread.interrupted());
        assertInstanceOf(HandlerResult.Retry.class, result);
    }

    @Test
    void nothing_isAFailureThatMayPass() {
        assertEquals(HandlerResult.retry("handler odd answered null"), handle(() -> null));
    }

    @Test
    void texts_areCutToTheirBounds_onOneLine_inWholeCharacters() {
        assertEquals(
                new HandlerResult.Done("x".repeat(40), "a b" + "y".repeat(197)),
                handle(() -> HandlerResult.done("x".repeat(41), "a\nb" + "y".repeat(300))));
        assertEquals(HandlerResult.done("done", ""), handle(() -> HandlerResult.done(" ", "")));
        assertEquals(
                HandlerResult.done("e".repeat(39), " "),
                handle(() -> HandlerResult.done("e".repeat(39) + "\uD83D\uDD25", "\uD83D")));
        assertEquals(
                new HandlerResult.Skip(Reason.RECEIPT, "z".repeat(200)),
                handle(() -> new HandlerResult.Skip(Reason.RECEIPT, "z".repeat(201))));
        assertEquals(HandlerResult.refuse("r".repeat(500)), handle(() -> HandlerResult.refuse("r".repeat(501))));
        assertEquals(
                HandlerResult.unavailable("u".repeat(500)), handle(() -> HandlerResult.unavailable("u".repeat(501))));
    }

    @Test
    void waits_areBounded() {
        assertEquals(
                HandlerResult.retry("later", Duration.ofDays(30)),
                handle(() -> HandlerResult.retry("later", Duration.ofSeconds(Long.MAX_VALUE))));
        assertEquals(
                HandlerResult.retry("now", Duration.ZERO),
                handle(() -> HandlerResult.retry("now", Duration.ofSeconds(-1))));
        assertEquals(HandlerResult.retry("whenever"), handle(() -> HandlerResult.retry("whenever")));
    }

    @Test
    void contextClassLoader_isTheHandlersOwn_andIsPutBack() {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(null);
        try {
            handle(() -> {
                assertSame(
                        MountedHandlerTest.class.getClassLoader(),
                        Thread.currentThread().getContextClassLoader());
                return HandlerResult.done("seen", "");
            });
            assertNull(Thread.currentThread().getContextClassLoader());
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void loopsWithoutEnd_leavesTheProcessorsToOtherJobs() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        int loops = Runtime.getRuntime().availableProcessors();
        CountDownLatch looping = new CountDownLatch(loops);
        try (ExecutorService jobs = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HandlerResult>> results = IntStream.range(0, loops)
                    .mapToObj(_ -> jobs.submit(() -> handle(CallThread.OF_ITS_OWN, () -> {
                        looping.countDown();
                        while (!end.get()) {
                            Thread.onSpinWait();
                        }
                        return HandlerResult.done("at last", "");
                    })))
                    .toList();
            try {
                assertTrue(looping.await(30, TimeUnit.SECONDS));
                assertEquals("done", jobs.submit(() -> "done").get(30, TimeUnit.SECONDS));
            } finally {
                end.set(true);
            }
            for (Future<HandlerResult> result : results) {
                assertInstanceOf(HandlerResult.Done.class, result.get(30, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void interruptOfTheJob_reachesTheHandlerOnItsOwnThread() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicReference<HandlerResult> result = new AtomicReference<>();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread job = Thread.ofVirtual().start(() -> {
            result.set(handle(CallThread.OF_ITS_OWN, () -> {
                waiting.countDown();
                new CountDownLatch(1).await();
                return HandlerResult.done("never", "");
            }));
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        assertTrue(waiting.await(30, TimeUnit.SECONDS));
        job.interrupt();

        assertTrue(job.join(Duration.ofSeconds(30)));
        assertEquals(HandlerResult.retry("handler odd failed with java.lang.InterruptedException"), result.get());
        assertTrue(stillInterrupted.get());
    }

    private static HandlerResult handle(Work work) {
        return handle(CallThread.OF_THE_JOB, work);
    }

    private static HandlerResult handle(CallThread thread, Work work) {
        MailHandler odd = new MailHandler() {
            @Override
            public String name() {
                throw new IllegalStateException("asked again");
            }

            @Override
            public HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception {
                return work.handle();
            }
        };
        return new MountedHandler("odd", odd, thread)
                .handle(
                        SampleMail.of("1"),
                        new HandlerContext("job", "acme", "support", "s@acme.example", 0, 1, false, Instant.EPOCH));
    }

    private static HandlerResult endless() {
        return endless(0);
    }

    @SuppressWarnings("InfiniteRecursion") // that is the mistake
    private static HandlerResult endless(int depth) {
        return depth < 0 ? null : endless(depth + 1);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> Exception sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
