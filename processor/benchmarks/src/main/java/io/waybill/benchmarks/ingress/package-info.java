/**
 * Measures an ingress application from outside, as a process with a port: nothing here may import it. Start at
 * {@link io.waybill.benchmarks.ingress.IngressBenchmark}; the module's README says how it is run.
 */
package io.waybill.benchmarks.ingress;
