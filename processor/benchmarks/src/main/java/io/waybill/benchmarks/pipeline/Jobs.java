package io.waybill.benchmarks.pipeline;

import io.waybill.benchmarks.MeasuredMailbox;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topics;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The jobs of all arms: each is one message, and each mailbox has its turn. */
final class Jobs {
    /** So many that neither their permits nor what is kept in memory of each is a bound. */
    private static final int MAILBOXES = 640;
    /** The most a mailbox may have. */
    private static final MailboxLimits LIMITS = new MailboxLimits(64, null);

    private static final long UID_VALIDITY = 1;
    /** The jobs of the days before are of messages that no new job names. */
    private static final long OLD_UID_VALIDITY = 2;

    static final List<Mailbox> ALL_MAILBOXES = MeasuredMailbox.imap(MAILBOXES, LIMITS);

    /** What an ingress writes of the job with that number. */
    static ProducerRecord<byte[], byte[]> pointer(long number) {
        PointerJob job = job(number, UID_VALIDITY);
        return new ProducerRecord<>(Topics.POINTERS.name(), job.mailbox().bytes(), PointerJobCodec.encode(job));
    }

    /** A job that was handled long ago. */
    static PointerJob old(long number) {
        return job(number, OLD_UID_VALIDITY);
    }

    private static PointerJob job(long number, long uidValidity) {
        return PointerJob.of(
                ALL_MAILBOXES.get((int) (number % MAILBOXES)),
                ImapPointer.of("INBOX", uidValidity, number + 1),
                Instant.now());
    }

    private Jobs() {}
}
