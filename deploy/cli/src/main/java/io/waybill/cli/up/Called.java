package io.waybill.cli.up;

import io.waybill.contracts.GoogleAccount;
import io.waybill.contracts.ImapAccount;
import io.waybill.contracts.MailboxSource;
import io.waybill.contracts.MicrosoftAccount;
import io.waybill.contracts.Provider;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** Whose callbacks mailboxes wait for: these providers' ingress is to run. */
final class Called {
    private Called() {}

    static Set<Provider> by(Stream<MailboxSource> sources) {
        Set<Provider> providers = EnumSet.noneOf(Provider.class);
        sources.filter(Called::isCalled).forEach(source -> providers.add(source.provider()));
        return providers;
    }

    private static boolean isCalled(MailboxSource source) {
        return switch (source) {
            case ImapAccount _, MicrosoftAccount _ -> true;
            // Without a topic it is listed, and nobody pushes.
            case GoogleAccount google -> google.topic() != null;
        };
    }
}
