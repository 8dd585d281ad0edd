package io.waybill.inbound.execute;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.JobOutcome.HandlerState;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.inbound.handle.Handlers;
import io.waybill.inbound.mime.MailParser;
import io.waybill.sources.MailSource;
import io.waybill.sources.MailSources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mailbox with handlers, the runner for its jobs, and attempts at them. */
final class Jobs {
    /** Of what must not be cut short on a machine that has other work. */
    private static final Duration AMPLE = Duration.ofMinutes(1);

    final JobRunner runner;
    private final Mailbox mailbox;

    Jobs(MailSource source, ScriptedHandler... handlers) {
        this(new SimpleMeterRegistry(), source, handlers);
    }

    Jobs(MeterRegistry meters, MailSource source, ScriptedHandler... handlers) {
        this(AMPLE, meters, source, handlers);
    }

    Jobs(Duration deadline, MailSource source, ScriptedHandler... handlers) {
        this(deadline, new SimpleMeterRegistry(), source, handlers);
    }

    private Jobs(Duration deadline, MeterRegistry meters, MailSource source, ScriptedHandler... handlers) {
        mailbox = new Mailbox(
                "acme",
                "support",
                "support@acme.example",
                "inc-1",
                null,
                "k-1",
                Instant.EPOCH,
                Arrays.stream(handlers).map(ScriptedHandler::name).toList(),
                MailboxLimits.DEFAULTS,
                new ImapAccount(
                        "localhost",
                        143,
                        ImapAccount.Tls.NONE,
                        "support",
                        new CredentialReference("file:support"),
                        List.of("INBOX"),
                        null),
                false);
        runner = new JobRunner(
                new InMemoryMailboxDirectory(mailbox),
                new MailSources(source, source, source),
                new MailParser(),
                Handlers.start(List.of(handlers), Optional.empty(), _ -> _ -> Optional.empty()),
                deadline,
                Clock.systemUTC(),
                meters);
    }

    /** The first attempt at the mail of a UID. */
    JobAttempt first(long uid) {
        return again(uid, 1, Map.of());
    }

    /** A later attempt, after what the handlers made of it. */
    JobAttempt again(long uid, int attempt, Map<String, HandlerState> states) {
        PointerJob job = PointerJob.of(mailbox, ImapPointer.of("INBOX", 1, uid), Instant.EPOCH);
        return new JobAttempt(job, 0, attempt, states, Optional.empty(), Optional.empty());
    }

    Completion run(JobAttempt attempt) {
        return runner.run(attempt, new Progress(attempt.handlers()));
    }
}
