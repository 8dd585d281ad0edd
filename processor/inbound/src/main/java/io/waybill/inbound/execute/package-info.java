/**
 * One attempt at one job: {@link io.waybill.inbound.execute.JobRunner} is its life from top to bottom, {@link
 * io.waybill.inbound.execute.Dispatcher} says when it may start. Content lives here and below only; nothing here knows Kafka Streams.
 */
package io.waybill.inbound.execute;
