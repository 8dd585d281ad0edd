/**
 * A processor that breaks a promise, to show that whoever checks the promise notices: start at {@link io.waybill.inbound.fault.Fault}. Tests
 * of the whole product put this package onto the class path of the packaged processor, set {@code waybill.faults} and choose by HTTP.
 */
package io.waybill.inbound.fault;
