package io.waybill.handler;

/**
 * An address of a mail.
 *
 * @param address {@code local@domain} with the domain in lower case
 * @param name the display name, decoded; empty where there is none
 */
public record MailAddress(String address, String name) {}
