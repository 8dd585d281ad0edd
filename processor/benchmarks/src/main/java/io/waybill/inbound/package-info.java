/** The pipeline as the measurements run it, in the package of what they run: its settings are nobody else's. */
package io.waybill.inbound;
