/**
 * The processor's process: what it is made of ({@link io.waybill.inbound.PipelineFactory}), how it starts and stops ({@link
 * io.waybill.inbound.PipelineLifecycle}). The pipeline itself is in {@code topology}, one attempt at a job in {@code execute}.
 */
package io.waybill.inbound;
