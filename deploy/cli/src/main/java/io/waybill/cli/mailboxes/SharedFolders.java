package io.waybill.cli.mailboxes;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.MicrosoftAccount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Mailboxes of one file that read the same folder of the same account: allowed, as two tenants may want its mail, and rarely meant. */
final class SharedFolders {
    private SharedFolders() {}

    private record Place(AccountKey account, String folder) {}

    /** What to say of them, in the file's order; each mailbox with the first that has its folder. */
    static List<String> warnings(List<MailboxEntry> entries) {
        Map<Place, MailboxEntry> first = new HashMap<>();
        return entries.stream()
                .flatMap(entry -> entry.source().folders().stream()
                        .flatMap(folder -> Stream.ofNullable(
                                        first.putIfAbsent(new Place(AccountKey.of(entry.source()), folder), entry))
                                .map(other -> text(entry, folder, other))))
                .toList();
    }

    private static String text(MailboxEntry entry, String folder, MailboxEntry other) {
        String told = entry.key() + ": reads " + folder + " of the same account as " + other.key()
                + ", so each of its mails is taken in for both";
        return switch (entry.source()) {
            case ImapAccount _, MicrosoftAccount _ -> told;
            case GoogleAccount _ ->
                told + "; and Gmail has one watch for an account: where one of them is removed, or has no topic any"
                        + " more, the other's mail waits for its ticks until the watch is renewed";
        };
    }
}
