/**
 * A processor that dies where a test wants it to: start at {@link io.waybill.inbound.crash.CrashPoints}. Tests within this module build one
 * around their own pipeline; those of the whole product put this package onto the class path of the packaged processor, set {@code
 * waybill.crash-points} and choose by HTTP.
 */
package io.waybill.inbound.crash;
