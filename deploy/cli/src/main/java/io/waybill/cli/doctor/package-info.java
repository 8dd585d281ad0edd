/** {@code waybill doctor}: looks at what Waybill stands on and says what is wrong with it. Changes nothing. */
package io.waybill.cli.doctor;
