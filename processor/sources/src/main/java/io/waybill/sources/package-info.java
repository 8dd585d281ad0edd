/**
 * Where mail comes from: a {@link io.waybill.sources.MailSource} per provider, with its credentials, connections and limits. No Kafka
 * here: a source is asked and answers. Start at {@link io.waybill.sources.MailSource}; {@link io.waybill.sources.MailSources} says which
 * one serves which mailbox.
 */
package io.waybill.sources;
