package io.waybill.benchmarks.pipeline;

/** Makes the arms. */
final class Arms {
    static Arm open(ArmSpec spec) throws Exception {
        return switch (spec.kind()) {
            case BLOCKING -> new BlockingStreams(spec, new JobWork(new SleepFetch(spec.latency())));
            case PIPELINE -> new PipelineArm(spec, new SleepFetch(spec.latency()));
            case PIPELINE_HTTP -> new PipelineArm(spec, new HttpFetch(spec.fetchPort(), spec.cap()));
            case PARALLEL_CONSUMER -> new ParallelConsumerArm(spec, new JobWork(new SleepFetch(spec.latency())));
            case SHARE_GROUP -> new ShareGroup(spec, new JobWork(new SleepFetch(spec.latency())));
            case HAND_WRITTEN -> new HandWrittenConsumer(spec, new JobWork(new SleepFetch(spec.latency())));
            case PASS_THROUGH -> new PassThrough(spec);
        };
    }

    private Arms() {}
}
