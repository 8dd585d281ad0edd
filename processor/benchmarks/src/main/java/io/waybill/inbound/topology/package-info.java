/** What measurements write into the pipeline's stores, in the package whose codecs they need. */
package io.waybill.inbound.topology;
