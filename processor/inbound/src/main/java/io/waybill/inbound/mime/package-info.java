/**
 * A raw mail made readable: bytes in, {@link io.waybill.handler.InboundMail} out. Start at {@link
 * io.waybill.inbound.mime.MailParser}. Apache mime4j takes the structure apart; header texts, addresses and dates are read here,
 * because a library's reader that needs quadratic time, or loses what is slightly wrong, would be the sender's choice and not ours.
 * No Kafka and no database here.
 */
package io.waybill.inbound.mime;
