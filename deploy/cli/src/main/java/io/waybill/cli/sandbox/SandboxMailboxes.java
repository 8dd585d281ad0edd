package io.waybill.cli.sandbox;

import io.waybill.contracts.PushRegistration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/** All that the emulators have, as a mailboxes.yml says it. */
final class SandboxMailboxes {
    private final StringBuilder yaml = new StringBuilder("mailboxes:\n");
    private final Set<String> names = new HashSet<>();

    private SandboxMailboxes() {}

    static String yaml(GraphSandbox graph, GmailSandbox gmail, PushRegistration push) {
        SandboxMailboxes mailboxes = new SandboxMailboxes();
        mailboxes.add(graph.users(), GraphSandbox::mailbox);
        mailboxes.add(gmail.users(), GmailSandbox::mailbox);
        return mailboxes.yaml + "pushRegistrations:\n" + GmailSandbox.pushRegistration(push);
    }

    private void add(List<SandboxUser> users, BiFunction<String, SandboxUser, String> mailbox) {
        for (SandboxUser user : users) {
            String name = user.name();
            for (int again = 2; !names.add(name); again++) {
                name = user.name() + again;
            }
            yaml.append(mailbox.apply(name, user));
        }
    }
}
