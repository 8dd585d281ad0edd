package io.waybill.inbound.handle.tickets;

/**
 * A ticket, and the place in it that a mail takes.
 *
 * @param position 1 where the mail opened it
 */
record TicketPlace(long id, String number, int position) {}
