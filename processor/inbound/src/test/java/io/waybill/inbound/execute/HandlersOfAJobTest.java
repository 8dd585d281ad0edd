package io.waybill.inbound.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.handler.HandlerResult;
import io.waybill.sources.RawMail;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What handlers do to each other: nothing. */
class HandlersOfAJobTest {
    private final ScriptedHandler tickets = new ScriptedHandler("tickets");
    private final ScriptedHandler crm = new ScriptedHandler("crm");

    @TempDir
    Path folder;

    @Test
    void oneFails_theNextAttemptRunsThatOneAlone() {
        Jobs jobs = jobs("text");
        crm.answer((_, _) -> HandlerResult.retry("not now", Duration.ofSeconds(7)));
        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, jobs.run(jobs.first(1)));
        assertEquals(FailureCode.HANDLER_FAILED, failed.failure().code());
        assertEquals(Optional.of(Duration.ofSeconds(7)), failed.failure().retryAfter());
        assertEquals(Optional.of("crm"), failed.handler());

        crm.answer((_, _) -> HandlerResult.done("noted", "C-1"));
        Completion.Handled handled =
                assertInstanceOf(Completion.Handled.class, jobs.run(jobs.again(1, 2, failed.handlers())));
        assertEquals(new HandlerState("noted", "C-1", true), handled.handlers().get("crm"));
        assertTrue(handled.handlers().get("tickets").done());
        assertEquals(1, tickets.calls.size());
        assertEquals(2, crm.calls.size());
    }

    @Test
    void errorInOne_isItsFailureAlone() {
        Jobs jobs = jobs("text");
        crm.answer((_, _) -> {
            throw new NoClassDefFoundError("words/Words");
        });
        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, jobs.run(jobs.first(1)));
        assertEquals(FailureCode.HANDLER_FAILED, failed.failure().code());
        assertEquals(
                "handler crm failed with java.lang.NoClassDefFoundError",
                failed.failure().detail());
        assertTrue(failed.handlers().get("tickets").done());
    }

    @Test
    void firstRefuses_theSecondIsNotCalled() {
        Jobs jobs = jobs("text");
        tickets.answer((_, _) -> HandlerResult.refuse("not ours"));
        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, jobs.run(jobs.first(1)));
        assertEquals(FailureCode.HANDLER_REFUSED, failed.failure().code());
        assertEquals(Set.of("tickets"), failed.handlers().keySet());
        assertEquals(List.of(), crm.calls);
    }

    @Test
    void interruptedInTheFirst_theSecondIsNotBegun() {
        Jobs jobs = jobs("text");
        tickets.answer((_, _) -> {
            Thread.currentThread().interrupt();
            return HandlerResult.done("noted", "");
        });
        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, jobs.run(jobs.first(1)));
        assertTrue(Thread.interrupted());
        assertTrue(failed.handlers().get("tickets").done());
        assertEquals(List.of(), crm.calls);
    }

    @Test
    void firstIsDone_aFaultOfOursInTheSecondLeavesItSo() {
        SimpleMeterRegistry failing = new SimpleMeterRegistry() {
            @Override
            protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
                return new CumulativeTimer(id, clock, config, pauses, getBaseTimeUnit()) {
                    @Override
                    protected void recordNonNegative(long amount, TimeUnit unit) {
                        if (!crm.calls.isEmpty()) {
                            throw new IllegalStateException();
                        }
                        super.recordNonNegative(amount, unit);
                    }
                };
            }
        };
        Jobs jobs = new Jobs(failing, new Spooled(folder, _ -> mail("text")), tickets, crm);
        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, jobs.run(jobs.first(1)));
        assertEquals(
                "unexpected java.lang.IllegalStateException", failed.failure().detail());
        assertEquals(Set.of("tickets"), failed.handlers().keySet());
        assertTrue(failed.handlers().get("tickets").done());
    }

    @Test
    void allAreDone_aMailThatCannotBeClosedLeavesThemSo() {
        Jobs jobs = new Jobs(new Spooled(folder, _ -> mail("text"), Unclosable::new), tickets, crm);
        Completion.Failed failed = assertInstanceOf(Completion.Failed.class, jobs.run(jobs.first(1)));
        assertEquals(Set.of("tickets", "crm"), failed.handlers().keySet());
        assertTrue(failed.handlers().values().stream().allMatch(HandlerState::done));
    }

    private record Unclosable(RawMail mail) implements RawMail {
        @Override
        public long size() {
            return mail.size();
        }

        @Override
        public Instant receivedAt() {
            return mail.receivedAt();
        }

        @Override
        public InputStream open() throws IOException {
            return mail.open();
        }

        @Override
        public void close() {
            mail.close();
            throw new IllegalStateException();
        }
    }

    /** In memory and on disk: whoever keeps a stream sees his own mail or nothing. */
    @Test
    void streamsKept_neverReadAnotherMail() throws IOException {
        for (int size : new int[] {1_000, 2_000_000}) {
            List<InputStream> kept = new ArrayList<>();
            Spooled source = new Spooled(
                    folder,
                    pointer -> mail(pointer.toString().contains("uid=1,") ? "a".repeat(size) : "b".repeat(size)));
            Jobs jobs = new Jobs(source, tickets, crm);
            tickets.answer((mail, _) -> {
                kept.add(mail.original());
                kept.add(mail.attachments().getFirst().open());
                return HandlerResult.done("kept", "");
            });
            assertInstanceOf(Completion.Handled.class, jobs.run(jobs.first(1)));
            List<InputStream> ofTheFirst = List.copyOf(kept);
            assertEquals(0, source.held(), "closed although somebody kept a stream");

            crm.answer((_, _) -> {
                for (InputStream stream : ofTheFirst) {
                    assertShowsNothingOfTheSecond(stream, size);
                }
                return HandlerResult.done("looked", "");
            });
            assertInstanceOf(Completion.Handled.class, jobs.run(jobs.first(2)));
        }
    }

    private static void assertShowsNothingOfTheSecond(InputStream stream, int size) {
        if (size > 1_000_000) {
            assertThrows(IOException.class, stream::readAllBytes);
            return;
        }
        try {
            assertTrue(!new String(stream.readAllBytes(), StandardCharsets.UTF_8).contains("bbbb"));
        } catch (IOException nothingAtAll) {
            // As good.
        }
    }

    private Jobs jobs(String text) {
        return new Jobs(new Spooled(folder, _ -> mail(text)), tickets, crm);
    }

    private static String mail(String attached) {
        return """
            Message-ID: <1@example.com>
            From: user@example.com
            Subject: s
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: text/plain

            text
            --x
            Content-Type: application/octet-stream
            Content-Disposition: attachment; filename=a.bin

            %s
            --x--
            """.formatted(attached);
    }
}
