package io.waybill.benchmarks.recovery;

import io.waybill.benchmarks.MeasuredMailbox;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.InMemoryMailboxDirectory;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxDirectory;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** The mailboxes and their messages, the same in every process: a message is known by its number, from 0. */
final class Mailboxes {
    /** Of the topics: as many tasks. */
    static final int PARTITIONS = 8;

    /** Messages go round them: so many in a row have one in each. */
    static final int COUNT = 640;

    private static final List<Mailbox> ALL = MeasuredMailbox.imap(COUNT, MailboxLimits.DEFAULTS);

    private static final int[] PARTITION = ALL.stream()
            .mapToInt(mailbox -> MeasuredMailbox.partition(mailbox, PARTITIONS))
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
}
