package io.waybill.benchmarks.pipeline;

/** What stands for the fetch of a mail: it takes its time and gives nothing back. */
interface Fetch {
    /** Blocks until it is there; an interrupt ends it. */
    void run() throws InterruptedException;
}
