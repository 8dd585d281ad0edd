package io.waybill.inbound.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.inbound.execute.Dispatcher;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What the stages of all tasks share. One per process.
 *
 * @param app the application's name, for headers
 * @param life names this process, unlike any before or after it
 * @param directory the mailboxes
 * @param dispatcher runs attempts
 * @param retries how often and when
 * @param probes when a parked cause is tried again
 * @param settledHorizon how long a settled job is remembered
 * @param commits transactions that the calling stream thread committed so far
 * @param lives which processes are alive
 * @param stopping whether a graceful stop has begun
 * @param alerts says once per process that a cause parks, and that it healed
 * @param sightings what operators see of each mailbox
 * @param meters metrics
 * @param random jitter
 */
public record StageContext(
        String app,
        String life,
        MailboxDirectory directory,
        Dispatcher dispatcher,
        RetryPolicy retries,
        ProbePolicy probes,
        Duration settledHorizon,
        LongSupplier commits,
        Lives lives,
        Stopping stopping,
        Alerts alerts,
        MailboxSightings sightings,
        MeterRegistry meters,
        RandomGenerator random) {
    /** Jobs settled longer ago may run again if announced or re-driven; the handlers' own unique keys still hold. */
    public static final Duration SETTLED_HORIZON = Duration.ofDays(14);
}
