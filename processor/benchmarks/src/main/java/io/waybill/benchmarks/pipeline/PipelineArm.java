package io.waybill.benchmarks.pipeline;

import io.waybill.inbound.MeasuredPipeline;
import io.waybill.inbound.execute.Completion;

/** This pipeline, with its real page and stores. */
final class PipelineArm implements Arm {
    private final Fetch fetch;
    private final MeasuredPipeline pipeline;

    PipelineArm(ArmSpec spec, Fetch fetch) {
        this.fetch = fetch;
        this.pipeline = MeasuredPipeline.start(
                MeasuredPipeline.config(spec.bootstrapServers(), spec.applicationId(), spec.directory()),
                Jobs.ALL_MAILBOXES,
                spec.cap(),
                (_, _) -> attempt(),
                ArmProcess::halt);
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
