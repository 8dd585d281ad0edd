/**
 * The ground that the demo, {@code up} and the tests run on: a real broker, a real PostgreSQL, a real mail server, and
 * an IMAP server and a Microsoft Graph that misbehave on request, all inside one JVM and on the loopback interface only. Start with
 * {@link io.waybill.sandbox.KafkaFixture} in tests and with {@link io.waybill.sandbox.SandboxMain} for the child process of
 * the command line. Nothing of Waybill but the handler SPI may come in here.
 */
package io.waybill.sandbox;
