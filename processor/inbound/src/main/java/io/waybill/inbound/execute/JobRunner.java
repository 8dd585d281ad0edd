package io.waybill.inbound.execute;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MessagePointer;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.SkipCode;
import io.waybill.contracts.Stage;
import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.inbound.handle.Handlers;
import io.waybill.inbound.handle.MountedHandler;
import io.waybill.inbound.mime.MailParser;
import io.waybill.inbound.mime.ParseResult;
import io.waybill.sources.FetchResult;
import io.waybill.sources.ListResult;
import io.waybill.sources.MailSource;
import io.waybill.sources.MailSources;
import io.waybill.sources.RawMail;
import io.waybill.sources.RelocateResult;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job's life, top to bottom: resolve the mailbox, fetch the message (and look for it elsewhere where it is not), parse it, hand it to
 * each handler that is not done. Runs on a virtual thread; what goes wrong is a value, never an exception.
 */
public final class JobRunner implements AttemptRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final MailboxDirectory directory;
    private final MailSources sources;
    private final MailParser parser;
    private final Handlers handlers;
    private final Duration deadline;
    private final Clock clock;
    private final Map<Stage, Timer> timers = new EnumMap<>(Stage.class);

    public JobRunner(
            MailboxDirectory directory,
            MailSources sources,
            MailParser parser,
            Handlers handlers,
            Duration deadline,
            Clock clock,
            MeterRegistry meters) {
        this.directory = directory;
        this.sources = sources;
        this.parser = parser;
        this.handlers = handlers;
        this.deadline = deadline;
        this.clock = clock;
        for (Stage stage : List.of(Stage.FETCH, Stage.PARSE, Stage.HANDLE, Stage.LIST)) {
            timers.put(stage, meters.timer("waybill.stage", "stage", stage.word()));
        }
    }

    @Override
    public Completion run(JobAttempt attempt, Progress progress) {
        PointerJob job = attempt.job();
        Optional<Mailbox> known = directory.find(job.mailbox());
        if (known.isEmpty()) {
            return failed(
                    attempt, FailureCode.UNKNOWN_MAILBOX, Stage.RESOLVE, "no mailbox of that name has been applied");
        }
        Mailbox mailbox = known.get();
        if (mailbox.removed()) {
            return skipped(attempt, SkipCode.MAILBOX_REMOVED, "the mailbox was removed");
        }
        if (mailbox.formerIncarnations().contains(job.incarnation())) {
            return skipped(
                    attempt, SkipCode.EPOCH_SUPERSEDED, "the pointer is of an earlier incarnation of the mailbox");
        }
        if (!mailbox.incarnation().equals(job.incarnation())) {
            return failed(attempt, FailureCode.UNKNOWN_MAILBOX, Stage.RESOLVE, "the mailbox has no such incarnation");
        }
        Until until = new Until(clock.instant().plus(deadline), System.nanoTime() + deadline.toNanos());
        return switch (job.pointer()) {
            case MessagePointer pointer -> fetch(attempt, progress, mailbox, pointer, until);
            case ChangesPointer changes -> list(attempt, mailbox, changes, until);
        };
    }

    private Completion fetch(
            JobAttempt attempt, Progress progress, Mailbox mailbox, MessagePointer pointer, Until until) {
        MailSource source = sources.of(mailbox);
        try {
            return switch (timed(Stage.FETCH, () -> source.fetch(mailbox, pointer, until.left()))) {
                case FetchResult.Fetched fetched -> parse(attempt, progress, mailbox, fetched.mail(), false, until);
                case FetchResult.NotFound missing ->
                    relocate(attempt, progress, mailbox, pointer, source, missing, until);
                case FetchResult.Failed failed -> failed(attempt, failed.failure());
            };
        } catch (RuntimeException bug) {
            return unexpected(progress.handlers(), FailureCode.SOURCE_ERROR, Stage.FETCH, bug);
        }
    }

    /** Not where it was is not gone: only when it was looked for does it become a skip. */
    private Completion relocate(
            JobAttempt attempt,
            Progress progress,
            Mailbox mailbox,
            MessagePointer pointer,
            MailSource source,
            FetchResult.NotFound missing,
            Until until) {
        return switch (source.relocate(mailbox, pointer, until.left())) {
            case RelocateResult.Found found -> parse(attempt, progress, mailbox, found.mail(), found.moved(), until);
            case RelocateResult.Gone gone
            when isYoung(attempt.job(), source.lag()) ->
                failed(
                        attempt,
                        Failure.of(
                                FailureCode.SOURCE_ERROR,
                                Stage.FETCH,
                                "not there yet: " + missing.evidence() + "; " + gone.evidence()));
            case RelocateResult.Gone gone ->
                skipped(attempt, SkipCode.MESSAGE_GONE, missing.evidence() + "; " + gone.evidence());
            case RelocateResult.Failed failed -> failed(attempt, failed.failure());
        };
    }

    /** Whether the message may have been announced before it can be read. */
    private boolean isYoung(PointerJob job, Duration lag) {
        return clock.instant().isBefore(job.enqueuedAt().plus(lag));
    }

    /** @param moved whether it was found under another name, under which it may have been handled before */
    private Completion parse(
            JobAttempt attempt, Progress progress, Mailbox mailbox, RawMail raw, boolean moved, Until until) {
        try (raw) {
            return switch (timed(Stage.PARSE, () -> parser.parse(raw))) {
                case ParseResult.Parsed parsed -> {
                    try (parsed) {
                        yield handle(attempt, progress, mailbox, parsed.mail(), moved, until);
                    }
                }
                case ParseResult.Refused refused ->
                    failed(attempt, FailureCode.MIME_REFUSED, Stage.PARSE, refused.detail());
            };
        } catch (IOException disk) {
            return unexpected(progress.handlers(), FailureCode.SOURCE_ERROR, Stage.PARSE, disk);
        } catch (RuntimeException bug) {
            return unexpected(progress.handlers(), FailureCode.MIME_REFUSED, Stage.PARSE, bug);
        }
    }

    /** The handlers in their order; the first that is not done ends the attempt, and the next attempt begins with it. */
    private Completion handle(
            JobAttempt attempt, Progress progress, Mailbox mailbox, InboundMail mail, boolean moved, Until until) {
        Map<String, HandlerState> states = new LinkedHashMap<>(attempt.handlers());
        for (String name : mailbox.handlers()) {
            if (states.containsKey(name) && states.get(name).done()) {
                continue;
            }
            if (Thread.currentThread().isInterrupted() || until.isOver()) {
                // Overdue, or not wanted any more: whoever has the job next begins here.
                return stopped(
                        states,
                        name,
                        Failure.of(
                                FailureCode.DEADLINE_EXCEEDED,
                                Stage.HANDLE,
                                "no time was left for the handler " + name));
            }
            Optional<MountedHandler> handler = handlers.find(name);
            progress.calling(name, states);
            HandlerResult result = handler.isPresent()
                    ? timed(Stage.HANDLE, () -> handler.get().handle(mail, context(attempt, mailbox, moved, until)))
                    : HandlerResult.unavailable("this process has no handler of that name");
            switch (result) {
                case HandlerResult.Done done -> {
                    states.put(name, new HandlerState(done.effect(), done.reference(), true));
                    progress.done(states);
                }
                case HandlerResult.Skip skip -> {
                    SkipCode code = code(skip.reason());
                    states.put(name, new HandlerState(code.name(), "", true));
                    return new Completion.Skipped(code, skip.evidence(), states);
                }
                case HandlerResult.Retry retry -> {
                    return stopped(
                            states,
                            name,
                            new Failure(FailureCode.HANDLER_FAILED, Stage.HANDLE, retry.detail(), retry.after()));
                }
                case HandlerResult.Refuse refuse -> {
                    return stopped(
                            states, name, Failure.of(FailureCode.HANDLER_REFUSED, Stage.HANDLE, refuse.detail()));
                }
                case HandlerResult.Unavailable away -> {
                    return stopped(states, name, Failure.of(FailureCode.SINK_UNAVAILABLE, Stage.HANDLE, away.detail()));
                }
            }
        }
        return new Completion.Handled(states);
    }

    private static HandlerContext context(JobAttempt attempt, Mailbox mailbox, boolean moved, Until until) {
        boolean recovered =
                moved || (attempt.job().pointer() instanceof ImapPointer pointer && pointer.recovered() != null);
        return new HandlerContext(
                attempt.job().jobId().value(),
                mailbox.tenantId(),
                mailbox.mailboxId(),
                mailbox.address(),
                attempt.generation(),
                attempt.attempt(),
                recovered,
                until.at());
    }

    private Completion list(JobAttempt attempt, Mailbox mailbox, ChangesPointer changes, Until until) {
        String folder = changes.folder();
        if (folder == null || !mailbox.source().folders().contains(folder)) {
            // A folder that is not watched any more has nothing to list.
            LOG.atInfo()
                    .addKeyValue("tenant", mailbox.tenantId())
                    .addKeyValue("mailbox", mailbox.mailboxId())
                    .addKeyValue("folder", folder)
                    .log("not listed: the folder is not watched");
            return new Completion.Listed(List.of(), Optional.empty(), Optional.empty());
        }
        try {
            return switch (timed(
                    Stage.LIST,
                    () -> sources.of(mailbox)
                            .list(
                                    mailbox,
                                    folder,
                                    attempt.cursor(),
                                    attempt.page(),
                                    Optional.ofNullable(changes.hint()),
                                    until.left()))) {
                case ListResult.Page page ->
                    switch (page.next()) {
                        case ListResult.Next.More more ->
                            new Completion.Listed(page.found(), Optional.of(more.token()), Optional.empty());
                        case ListResult.Next.End end ->
                            new Completion.Listed(page.found(), Optional.empty(), Optional.of(end.cursor()));
                    };
                case ListResult.Failed failed -> failed(attempt, failed.failure());
            };
        } catch (RuntimeException bug) {
            return unexpected(attempt.handlers(), FailureCode.SOURCE_ERROR, Stage.LIST, bug);
        }
    }

    private static SkipCode code(HandlerResult.Skip.Reason reason) {
        return switch (reason) {
            case SAME_MESSAGE -> SkipCode.SAME_MESSAGE;
            case RECEIPT -> SkipCode.RECEIPT;
        };
    }

    private static Completion stopped(Map<String, HandlerState> states, String handler, Failure failure) {
        states.put(handler, new HandlerState(failure.code().name(), "", false));
        return new Completion.Failed(failure, states, Optional.of(handler));
    }

    private static Completion failed(JobAttempt attempt, FailureCode code, Stage stage, String detail) {
        return failed(attempt, Failure.of(code, stage, detail));
    }

    private static Completion failed(JobAttempt attempt, Failure failure) {
        return new Completion.Failed(failure, attempt.handlers(), Optional.empty());
    }

    private static Completion skipped(JobAttempt attempt, SkipCode code, String evidence) {
        return new Completion.Skipped(code, evidence, attempt.handlers());
    }

    /** The exception's message may quote the mail: its class and where it was thrown must do. */
    private static Completion unexpected(
            Map<String, HandlerState> handlers, FailureCode code, Stage stage, Exception failure) {
        log(stage, failure);
        String detail = "unexpected " + failure.getClass().getName();
        return new Completion.Failed(Failure.of(code, stage, detail), handlers, Optional.empty());
    }

    private static void log(Stage stage, Exception failure) {
        LOG.atWarn()
                .addKeyValue("stage", stage.word())
                .addKeyValue("exception", failure.getClass().getName())
                .addKeyValue("at", failure.getStackTrace().length == 0 ? "" : failure.getStackTrace()[0].toString())
                .log("unexpected");
    }

    /**
     * When an attempt must be done.
     *
     * @param at by the clock, as handlers are told
     * @param nanos by the monotonic clock, by which it is measured: the other one may be set
     */
    private record Until(Instant at, long nanos) {
        Duration left() {
            return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), nanos - System.nanoTime()));
        }

        boolean isOver() {
            return nanos - System.nanoTime() <= 0;
        }
    }

    private interface Step<T, E extends Exception> {
        T take() throws E;
    }

    private <T, E extends Exception> T timed(Stage stage, Step<T, E> step) throws E {
        long began = System.nanoTime();
        try {
            return step.take();
        } finally {
            timers.get(stage).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        }
    }
}
