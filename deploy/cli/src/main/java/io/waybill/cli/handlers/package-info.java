/**
 * Handlers of one's own: where their jars are, and which names they have. Start at {@link io.waybill.cli.handlers.HandlersOption}. No
 * code of a handler runs in the command itself.
 */
package io.waybill.cli.handlers;
