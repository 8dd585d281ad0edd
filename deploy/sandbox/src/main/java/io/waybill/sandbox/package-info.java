/**
 * The ground that the demo, {@code up} and the tests run on: a real broker, a real PostgreSQL, a real mail server, and an IMAP server,
 * a Microsoft Graph, a Gmail with its Pub/Sub and the token endpoints of both, which misbehave on request, all on the loopback interface
 * only. Start with
 * {@link io.waybill.sandbox.KafkaFixture} in tests and with {@link io.waybill.sandbox.SandboxMain} for the child process of
 * the command line. Nothing of Waybill but the handler SPI may come in here.
 */
package io.waybill.sandbox;
