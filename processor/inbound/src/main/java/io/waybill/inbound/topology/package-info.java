/**
 * The pipeline. {@link io.waybill.inbound.topology.PointerJobTopology} is the page to start with; {@link
 * io.waybill.inbound.topology.ExecuteStage} is where a job's row is written, run and settled. Nothing here may see a source, a parser
 * or a handler: no code that can touch a Kafka record can touch content.
 */
package io.waybill.inbound.topology;
