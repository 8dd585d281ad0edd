/** Measurements of the pipeline, in the package of what they measure. Run by hand; the module's README says how. */
package io.waybill.inbound;
