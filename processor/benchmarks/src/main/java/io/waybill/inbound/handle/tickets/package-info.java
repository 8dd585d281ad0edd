/** What the tickets handler is measured with; start with {@link io.waybill.inbound.handle.tickets.ParseAndStoreBenchmark}. */
package io.waybill.inbound.handle.tickets;
