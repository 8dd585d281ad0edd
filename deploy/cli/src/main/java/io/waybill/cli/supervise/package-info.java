/**
 * Runs the programs of the production layout as child processes, one JVM each: starts them, waits until they are ready, starts a
 * crashed one again, keeps their logs within bounds, stops them in order. Start at {@link io.waybill.cli.supervise.Supervisor}.
 */
package io.waybill.cli.supervise;
