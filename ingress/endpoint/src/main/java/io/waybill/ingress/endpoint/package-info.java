/**
 * What every application that takes callbacks is made of: the way to the pointer topic ({@link io.waybill.ingress.endpoint.PointerTopic}),
 * readiness, the bound of requests in flight, the words of refusals and their counters; {@link io.waybill.ingress.endpoint.Wiring} has
 * the parts. Nothing that knows a provider's protocol may come in.
 */
package io.waybill.ingress.endpoint;
