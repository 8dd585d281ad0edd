package io.waybill.handler;

import java.time.Instant;

/**
 * What a handler knows of the job beside the mail.
 *
 * @param jobId the idempotency key: the same whenever this mail of this mailbox is handed over; 52 characters of a-z and 2-7
 * @param tenant whose mailbox; 1 to 63 characters of a-z, 0-9, dot, dash and underscore, the first a letter or digit
 * @param mailbox which of the tenant's mailboxes; likewise
 * @param mailboxAddress the mailbox's own address
 * @param generation 0, and one more with each re-drive
 * @param attempt 1, and one more with each retry of this generation
 * @param recovered true where the mail may have been handled before under another job id, because the server renumbered its folder or
 *     because it was moved to another one
 * @param deadline when the thread is interrupted
 */
public record HandlerContext(
        String jobId,
        String tenant,
        String mailbox,
        String mailboxAddress,
        int generation,
        int attempt,
        boolean recovered,
        Instant deadline) {}
