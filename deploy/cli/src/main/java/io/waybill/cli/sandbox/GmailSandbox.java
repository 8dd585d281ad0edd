package io.waybill.cli.sandbox;

import io.waybill.cli.up.GmailEmulator;
import io.waybill.cli.up.SecretsFolder;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.PushRegistration;
import java.util.List;

/**
 * Gmail's emulator with one service account that acts for all of its users, and one subscription.
 *
 * @param ingressPort where that pushes to
 */
record GmailSandbox(int port, int ingressPort, List<SandboxUser> users) {
    /** Where the emulator puts the service account's key, once: mailboxes that were applied go on in the next run. */
    static final CredentialReference CREDENTIALS = new CredentialReference("file:sandbox-gmail.json");

    /** The routing id of the push registration. */
    static final String K = "sandbox";

    GmailSandbox {
        users = List.copyOf(users);
    }

    /** @param folder where the service account's key is, or is put */
    GmailEmulator emulator(SecretsFolder folder) {
        return new GmailEmulator(
                port,
                folder.file(CREDENTIALS),
                users.stream().map(SandboxUser::address).toList(),
                K,
                ingressPort);
    }

    /** A user's mailbox as mailboxes.yml has it. */
    static String mailbox(String name, SandboxUser user) {
        return """
              - tenant: sandbox
                mailbox: "%s"
                provider: google
                address: %s
                google:
                  credentials: %s
                  subject: %s
                  topic: %s
            """.formatted(name, user.address(), CREDENTIALS, user.address(), GmailEmulator.TOPIC);
    }

    /** The subscription as mailboxes.yml has it. */
    static String pushRegistration(PushRegistration push) {
        return """
              - k: %s
                topic: %s
                subscription: %s
                audience: %s
                serviceAccount: %s
            """.formatted(push.k(), push.topic(), push.subscription(), push.audience(), push.serviceAccount());
    }
}
