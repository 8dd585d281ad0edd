/**
 * Takes handlers out of a folder of jars, each jar in a class loader of its own. Start at {@link io.waybill.handler.jars.HandlerJars}.
 * For the processor and the command alone: no handler sees this package, and it is no part of the API.
 */
package io.waybill.handler.jars;
