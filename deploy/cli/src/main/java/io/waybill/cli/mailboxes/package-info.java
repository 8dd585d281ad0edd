/**
 * Mailboxes as an operator writes and switches them. Start at {@link io.waybill.cli.mailboxes.MailboxesFile}, which reads
 * mailboxes.yml against its schema, then {@link io.waybill.cli.mailboxes.MailboxApply}, which brings it to the topic. Only references
 * to secrets come in here, never a secret.
 */
package io.waybill.cli.mailboxes;
