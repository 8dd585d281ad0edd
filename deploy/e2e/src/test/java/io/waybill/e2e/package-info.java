/**
 * The promises as test objects, asserted while everything goes wrong that can. Start at {@link io.waybill.e2e.Promise} and {@link
 * io.waybill.e2e.Disaster}; the ground that all runs stand on is {@link io.waybill.e2e.Ground}. What makes the packaged processor die at a
 * step, or do wrong, comes from the tests of processor/inbound.
 */
package io.waybill.e2e;
