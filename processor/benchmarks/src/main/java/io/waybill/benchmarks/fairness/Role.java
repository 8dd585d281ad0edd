package io.waybill.benchmarks.fairness;

import io.waybill.benchmarks.MeasuredMailbox;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import io.waybill.contracts.MailboxLimits;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a mailbox does in this play. Those that make trouble are of the same tenants as the quiet ones, but for the hot tenant's. */
public enum Role {
    /** Its mails come steadily and are what is measured. */
    QUIET(100),
    /** Of the tenant that sends most; so many that the tenant's permits are the bound, and not theirs. */
    HOT(64),
    /** Its server takes the connection and never answers. */
    HANGING(1),
    /** Its server answers 429 to everything. */
    THROTTLED(1),
    /** Its server refuses the credentials, so its jobs are parked. */
    REFUSED(20);

    private static final int QUIET_TENANTS = 20;

    private final int count;

    Role(int count) {
        this.count = count;
    }

    /** The role of a mailbox: its name says it. */
    public static Role of(MailboxKey mailbox) {
        return valueOf(
                mailbox.mailbox().substring(0, mailbox.mailbox().indexOf('-')).toUpperCase(Locale.ROOT));
    }

    /** Those who have it, always the same. */
    List<Mailbox> mailboxes() {
        return IntStream.range(0, count).mapToObj(this::mailbox).toList();
    }

    /** The mailboxes of all roles. */
    public static Mailbox[] all() {
        return Arrays.stream(values())
                .flatMap(role -> role.mailboxes().stream())
                .toArray(Mailbox[]::new);
    }

    private Mailbox mailbox(int number) {
        String word = name().toLowerCase(Locale.ROOT);
        String tenant = this == HOT ? word : "tenant" + number % QUIET_TENANTS;
        String name = word + "-" + number;
        return MeasuredMailbox.imap(tenant, name, MailboxLimits.DEFAULTS);
    }
}
