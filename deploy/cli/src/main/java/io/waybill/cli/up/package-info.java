/**
 * Starts the production layout on one machine. Start at {@link io.waybill.cli.up.UpVerb}; {@link io.waybill.cli.up.Stack} is the
 * order in which things come up, {@link io.waybill.cli.up.Layout} what each program is told.
 */
package io.waybill.cli.up;
