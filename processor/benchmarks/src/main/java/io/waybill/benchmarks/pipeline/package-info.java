/**
 * The table: this pipeline beside other ways of doing the same jobs, each in a JVM of its own, in turns. Start at
 * {@link io.waybill.benchmarks.pipeline.PipelineBenchmark}; the module's README says how it is run and what came of it.
 */
package io.waybill.benchmarks.pipeline;
