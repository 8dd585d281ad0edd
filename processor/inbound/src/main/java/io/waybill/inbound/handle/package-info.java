/**
 * The handlers of this process: those of Waybill and those of the handlers folder, started, looked up by name, and fenced in. Start at
 * {@link io.waybill.inbound.handle.Handlers}. A handler of our own has a package below this one. No Kafka here.
 */
package io.waybill.inbound.handle;
