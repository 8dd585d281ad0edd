package io.waybill.benchmarks;

import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.MailboxSource;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/** Mailboxes as measurements have them: what there is to know of one, and no server behind it unless its source names one. */
public final class MeasuredMailbox {
    private MeasuredMailbox() {}

    /** @param source of a mailbox with that address */
    public static Mailbox of(
            String tenant, String name, String handler, MailboxLimits limits, Function<String, MailboxSource> source) {
        String address = name + "@" + tenant + ".example";
        return new Mailbox(
                tenant,
                name,
                address,
                "inc-1",
                List.of(),
                "k-of-" + name + "-and-some-chance",
                Instant.EPOCH,
                List.of(handler),
                limits,
                source.apply(address),
                false);
    }

    /** Of an IMAP server that nobody calls. */
    public static Mailbox imap(String tenant, String name, MailboxLimits limits) {
        return of(
                tenant,
                name,
                "tickets",
                limits,
                _ -> new ImapAccount(
                        "127.0.0.1",
                        143,
                        ImapAccount.Tls.NONE,
                        name,
                        new CredentialReference("env:WAYBILL_SECRET_NONE"),
                        List.of("INBOX"),
                        null));
    }

    /** So many of those, of twenty tenants in turn. */
    public static List<Mailbox> imap(int count, MailboxLimits limits) {
        return IntStream.range(0, count)
                .mapToObj(number -> imap("tenant" + number % 20, "box" + number, limits))
                .toList();
    }

    /** Where the producer's own partitioner puts all that is of that mailbox. */
    public static int partition(Mailbox mailbox, int partitions) {
        return Utils.toPositive(Utils.murmur2(mailbox.key().bytes())) % partitions;
    }
}
