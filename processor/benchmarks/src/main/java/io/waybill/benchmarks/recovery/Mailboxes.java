package io.waybill.benchmarks.recovery;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/** The mailboxes and their messages, the same in every process: a message is known by its number, from 0. */
final class Mailboxes {
    /** Of the topics: as many tasks. */
    static final int PARTITIONS = 8;

    /** Messages go round them: so many in a row have one in each. */
    static final int COUNT = 640;

    private static final int TENANTS = 20;

    private static final List<Mailbox> ALL = IntStream.range(0, COUNT)
            .mapToObj(number -> mailbox("tenant" + number % TENANTS, "box" + number))
            .toList();

    /** Where the producer's own partitioner puts each of them. */
    private static final int[] PARTITION = ALL.stream()
            .mapToInt(mailbox -> Utils.toPositive(Utils.murmur2(mailbox.key().bytes())) % PARTITIONS)
            .toArray();

    private Mailboxes() {}

    static MailboxDirectory directory() {
        return new InMemoryMailboxDirectory(ALL.toArray(Mailbox[]::new));
    }

    /** The message of that number. */
    static PointerJob job(long number) {
        return PointerJob.of(ALL.get((int) (number % COUNT)), ImapPointer.of("INBOX", 1, number + 1), Instant.now());
    }

    /** Of the message of that number. */
    static int partition(long number) {
        return PARTITION[(int) (number % COUNT)];
    }

    /** The first of {@link #COUNT} messages in a row that is in that partition, counted from their first. */
    static int firstIn(int partition) {
        return IntStream.range(0, COUNT)
                .filter(mailbox -> PARTITION[mailbox] == partition)
                .findFirst()
                .orElseThrow();
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
                MailboxLimits.DEFAULTS,
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
}
