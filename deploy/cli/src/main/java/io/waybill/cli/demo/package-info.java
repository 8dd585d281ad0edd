/**
 * {@code waybill demo}: sends sample mails through the whole pipeline and says what became of each. Start at
 * {@link io.waybill.cli.demo.DemoVerb}; the samples and what is expected of them are in {@link io.waybill.cli.demo.Sample}.
 */
package io.waybill.cli.demo;
