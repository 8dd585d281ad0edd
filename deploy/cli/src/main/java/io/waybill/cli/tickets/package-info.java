/**
 * Tickets, as the handler of that name wrote them. Start at {@link io.waybill.cli.tickets.TicketsVerbs}. Reads the views that the
 * handler's database offers to tools, and writes nothing.
 */
package io.waybill.cli.tickets;
