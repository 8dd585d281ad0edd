package io.waybill.inbound.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.SkipCode;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.RelocateResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A message that was announced before it can be read is not gone. */
class YoungMessageTest {
    private final Jobs jobs = new Jobs(new NothingThere());

    @Test
    void readLongAgo_isGone() {
        Completion completion = jobs.run(jobs.first(7));
        assertEquals(
                SkipCode.MESSAGE_GONE,
                assertInstanceOf(Completion.Skipped.class, completion).code());
    }

    /** The clock of whoever announced it is an hour behind: by that one it was announced long ago. */
    @Test
    void readJustNow_isTriedAgainWhateverTheClockOfTheIngressSays() {
        Completion completion = jobs.run(jobs.firstSeen(7, Instant.now()));
        assertEquals(
                FailureCode.SOURCE_ERROR,
                assertInstanceOf(Completion.Failed.class, completion).failure().code());
    }

    private static final class NothingThere implements MailSource {
        @Override
        public Duration lag() {
            return Duration.ofMinutes(3);
        }

        @Override
        public FetchResult fetch(Mailbox mailbox, MessagePointer pointer, Duration within) {
            return new FetchResult.NotFound("404");
        }

        @Override
        public RelocateResult relocate(Mailbox mailbox, MessagePointer pointer, Duration within) {
            return new RelocateResult.Gone("nowhere else either");
        }

        @Override
        public ListResult list(
                Mailbox mailbox,
                String folder,
                Optional<String> cursor,
                Optional<String> page,
                Optional<String> hint,
                Duration within) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
