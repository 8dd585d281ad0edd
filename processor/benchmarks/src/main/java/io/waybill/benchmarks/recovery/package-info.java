/**
 * How soon the pipeline is back: after a SIGKILL, alone or with a standby, with many settled rows or many open ones. Each pipeline is a
 * JVM of its own that is really killed. Start at {@link io.waybill.benchmarks.recovery.RecoveryBenchmark}; the module's README says how
 * it is run.
 */
package io.waybill.benchmarks.recovery;
