package io.waybill.cli.dlq;

import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import java.util.Optional;
import java.util.Set;

/**
 * Which dead letters are meant. What is empty restricts nothing.
 *
 * @param ids ids of dead letters or of their jobs
 * @param code the failure
 * @param mailbox the mailbox; redacted ones have none
 */
public record DeadLetterFilter(Set<String> ids, Optional<FailureCode> code, Optional<MailboxKey> mailbox) {
    /** All that are open. */
    public static final DeadLetterFilter ALL = new DeadLetterFilter(Set.of(), Optional.empty(), Optional.empty());

    public static DeadLetterFilter ids(Set<String> ids) {
        return new DeadLetterFilter(ids, Optional.empty(), Optional.empty());
    }

    boolean matches(DeadLetter letter) {
        return (ids.isEmpty()
                        || ids.contains(letter.id())
                        || letter.jobId().filter(ids::contains).isPresent())
                && (code.isEmpty() || code.equals(letter.code()))
                && (mailbox.isEmpty() || mailbox.equals(letter.mailbox()));
    }

    /** As it stands in the record of a re-drive; long lists of ids are counted. */
    String text() {
        if (equals(ALL)) {
            return "all";
        }
        StringBuilder text = new StringBuilder();
        if (ids.size() > 20) {
            text.append(ids.size()).append(" ids ");
        } else {
            ids.stream().sorted().forEach(id -> text.append(id).append(' '));
        }
        code.ifPresent(only -> text.append("code=").append(only).append(' '));
        mailbox.ifPresent(only -> text.append("mailbox=").append(only).append(' '));
        return text.toString().strip();
    }
}
