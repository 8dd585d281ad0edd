/**
 * The handlers of this process: found on the class path, started, and looked up by name. Start at {@link
 * io.waybill.inbound.handle.Handlers}. A handler of our own has a package below this one. No Kafka here.
 */
package io.waybill.inbound.handle;
