/**
 * Dead letters: looking at them, putting them back to work, closing them. Start at {@link io.waybill.cli.dlq.Redriver}; what a dead
 * letter says is {@link io.waybill.cli.dlq.DeadLetter}. No mail is in a dead letter, and none comes in here.
 */
package io.waybill.cli.dlq;
