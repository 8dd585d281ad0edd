package io.waybill.benchmarks.pipeline;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.PointerJobCodec;
import io.waybill.contracts.Topics;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The jobs of all arms: each is one message, and each mailbox has its turn. */
final class Jobs {
    private static final int TENANTS = 20;
    /** So many that neither their permits nor what is kept in memory of each is a bound. */
    private static final int MAILBOXES = 640;
    /** The most a mailbox may have. */
    private static final MailboxLimits LIMITS = new MailboxLimits(64, null);

    private static final long UID_VALIDITY = 1;
    /** The jobs of the days before are of messages that no new job names. */
    private static final long OLD_UID_VALIDITY = 2;

    static final List<Mailbox> ALL_MAILBOXES = IntStream.range(0, MAILBOXES)
            .mapToObj(number -> mailbox("tenant" + number % TENANTS, "box" + number))
            .toList();

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

    private static Mailbox mailbox(String tenant, String name) {
        return new Mailbox(
                tenant,
                name,
                name + "@example.com",
                "inc-1",
                List.of(),
                "k-" + name,
                Instant.EPOCH,
                List.of("tickets"),
                LIMITS,
                new ImapAccount(
                        "127.0.0.1",
                        143,
                        ImapAccount.Tls.NONE,
                        name,
                        new CredentialReference("env:WAYBILL_SECRET_NONE"),
                        List.of("INBOX"),
                        null),
                false);
    }

    private Jobs() {}
}
