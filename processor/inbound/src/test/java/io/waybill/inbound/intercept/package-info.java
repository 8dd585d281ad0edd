/** Ways to step between the pipeline and what it calls, for {@code crash} and {@code fault}. */
package io.waybill.inbound.intercept;
