/**
 * For whoever writes a handler: take on {@link io.waybill.handler.testing.MailHandlerContract} in a test of your own, with {@link
 * io.waybill.handler.testing.SampleMail} as the mails. Shipped as this module's test jar; it needs JUnit Jupiter beside it.
 */
package io.waybill.handler.testing;
