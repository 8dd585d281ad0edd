/**
 * Measures how soon a callback becomes an outcome, through the real programs and over a real database. Start at
 * {@link io.waybill.benchmarks.latency.LatencyBenchmark}; the module's README says how it is run.
 */
package io.waybill.benchmarks.latency;
