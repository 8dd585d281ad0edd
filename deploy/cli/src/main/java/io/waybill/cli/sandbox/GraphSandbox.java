package io.waybill.cli.sandbox;

import io.waybill.cli.up.GraphEmulator;
import io.waybill.cli.up.SecretsFolder;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.util.List;
import java.util.Map;

/** Microsoft Graph's emulator with one directory, one app in it, and some users. */
record GraphSandbox(int port, List<SandboxUser> users) {
    /** The directory. */
    static final String TENANT_ID = "5a0db0c5-0000-4000-8000-000000000001";

    /** The app. */
    static final String CLIENT_ID = "5a0db0c5-0000-4000-8000-000000000002";

    /** Where the app's secret is. */
    static final CredentialReference CLIENT_SECRET = new CredentialReference("file:sandbox-graph.secret");

    GraphSandbox {
        users = List.copyOf(users);
    }

    /** The app's secret, made where there is none yet: mailboxes that were applied go on in the next run. */
    static Secret secret(SecretsFolder folder) {
        Secrets secrets = new Secrets(Map.of(), folder.path());
        return secrets.resolve(CLIENT_SECRET).orElseGet(() -> {
            String made = SecretsFolder.random();
            folder.put(CLIENT_SECRET, made);
            return Secret.of(made);
        });
    }

    GraphEmulator emulator(Secret secret) {
        return new GraphEmulator(
                port,
                TENANT_ID,
                CLIENT_ID,
                secret.text(),
                users.stream()
                        .map(user -> new GraphEmulator.User(user.id(), user.address()))
                        .toList());
    }

    /** A user's mailbox as mailboxes.yml has it. */
    static String mailbox(String name, SandboxUser user) {
        return """
              - tenant: sandbox
                mailbox: "%s"
                provider: microsoft
                address: %s
                microsoft:
                  tenantId: %s
                  clientId: %s
                  clientSecret: %s
                  userId: %s
            """.formatted(name, user.address(), TENANT_ID, CLIENT_ID, CLIENT_SECRET, user.address());
    }
}
