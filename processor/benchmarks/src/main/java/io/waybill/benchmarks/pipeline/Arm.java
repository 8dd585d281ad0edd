package io.waybill.benchmarks.pipeline;

/** One way of doing the jobs. It is at work from the moment it is opened. */
interface Arm extends AutoCloseable {
    /** Jobs whose outcome was given to Kafka. Once this is closed, so many outcomes are there to be read. */
    long done();

    /** Drops or ends what it has begun, and commits. */
    @Override
    void close() throws Exception;
}
