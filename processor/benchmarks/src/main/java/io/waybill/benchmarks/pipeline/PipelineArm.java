package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.inbound.PipelineInstance;
import io.waybill.inbound.execute.Completion;
import io.waybill.inbound.execute.Permits;

/** This pipeline, with its real page and stores. */
final class PipelineArm implements Arm {
    private final Fetch fetch;
    private final PipelineInstance pipeline;

    PipelineArm(ArmSpec spec, Fetch fetch) {
        this.fetch = fetch;
        this.pipeline = new PipelineInstance(
                StreamsRun.config(spec),
                PipelineInstance.Parts.of(
                        StreamsRun.LIFE,
                        new InMemoryMailboxDirectory(Jobs.ALL_MAILBOXES.toArray(Mailbox[]::new)),
                        new Permits(spec.cap(), spec.cap(), Permits.DEFAULTS.deadline()),
                        (_, _) -> attempt()));
        pipeline.streams().setUncaughtExceptionHandler(ArmProcess::halt);
        pipeline.streams().start();
    }

    private Completion attempt() {
        try {
            fetch.run();
        } catch (InterruptedException unwanted) {
            Thread.currentThread().interrupt();
        }
        return new Completion.Handled(JobWork.HANDLED);
    }

    @Override
    public long done() {
        return pipeline.handled();
    }

    @Override
    public void close() throws InterruptedException {
        pipeline.close();
        if (pipeline.overflowed() > 0) {
            System.err.printf("%,d rows went to disk for want of room in memory%n", pipeline.overflowed());
        }
    }
}
