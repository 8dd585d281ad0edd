/** What the measurements have in common. */
package io.waybill.benchmarks;
