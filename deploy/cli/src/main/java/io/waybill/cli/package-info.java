/**
 * The operators' command. Start at {@link io.waybill.cli.Waybill}, which lists the verbs; what a verb talks to comes from
 * {@link io.waybill.cli.ConnectionOptions}, what it prints goes through {@link io.waybill.cli.Output}. Nothing here fetches or handles
 * mail.
 */
package io.waybill.cli;
