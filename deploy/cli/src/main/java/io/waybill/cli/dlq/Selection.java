package io.waybill.cli.dlq;

import io.waybill.cli.Problem;
import io.waybill.cli.mailboxes.MailboxKeyConverter;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.MailboxKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which dead letters a verb works on, as a mixin. */
final class Selection {
    @Parameters(arity = "0..*", paramLabel = "ID", description = "Dead letters, by their ids or their jobs' ids.")
    private List<String> ids = List.of();

    @Option(names = "--code", order = 1, paramLabel = "CODE", description = "Those that failed with this code.")
    private FailureCode code;

    @Option(
            names = "--mailbox",
            order = 2,
            paramLabel = "TENANT/MAILBOX",
            converter = MailboxKeyConverter.class,
            description = "Those of this mailbox.")
    private MailboxKey mailbox;

    @Option(names = "--all", order = 3, description = "All that are open.")
    private boolean all;

    /** What was asked for; throws {@link Problem} where that is nothing, or two things that contradict each other. */
    DeadLetterFilter filter() {
        boolean restricted = !ids.isEmpty() || code != null || mailbox != null;
        if (restricted == all) {
            throw Problem.usage(
                    all ? "--all and a restriction contradict each other" : "no dead letter is named",
                    "",
                    "Name ids, --code, --mailbox, or --all.");
        }
        return new DeadLetterFilter(Set.copyOf(ids), Optional.ofNullable(code), Optional.ofNullable(mailbox));
    }

    /** The ids that none of these dead letters has. */
    Set<String> notAmong(List<DeadLetter> letters) {
        Set<String> missing = new TreeSet<>(ids);
        letters.forEach(letter -> {
            missing.remove(letter.id());
            letter.jobId().ifPresent(missing::remove);
        });
        return missing;
    }
}
