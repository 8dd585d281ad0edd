/**
 * Measures what becomes of the others where one tenant, one mailbox or one provider misbehaves: the real page, stores, settings and
 * permits in a JVM of their own; only the mail servers are played. Start at
 * {@link io.waybill.benchmarks.fairness.FairnessBenchmark}; the module's README says how it is run.
 */
package io.waybill.benchmarks.fairness;
