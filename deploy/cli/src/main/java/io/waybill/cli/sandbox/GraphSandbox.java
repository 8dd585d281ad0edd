package io.waybill.cli.sandbox;

import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Program;
import io.waybill.cli.up.SandboxProgram;
import io.waybill.cli.up.SecretsFolder;
import io.waybill.contracts.CredentialReference;
import io.waybill.contracts.Secret;
import io.waybill.contracts.Secrets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Microsoft Graph's emulator with one directory, one app in it, and some users. */
record GraphSandbox(int graphPort, int tokenPort, List<SandboxUser> users) {
    /** The directory. */
    static final String TENANT_ID = "5a0db0c5-0000-4000-8000-000000000001";

    /** The app. */
    static final String CLIENT_ID = "5a0db0c5-0000-4000-8000-000000000002";

    /** Where the app's secret is. */
    static final CredentialReference CLIENT_SECRET = new CredentialReference("file:sandbox-graph.secret");

    private static final String SECRET_VARIABLE = "WAYBILL_SANDBOX_GRAPH_SECRET";

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

    /**
     * The process that runs it.
     *
     * @param data a folder, which the process leaves as it is
     */
    Program program(Path data, Secret secret, Answer answer) {
        List<String> arguments = new ArrayList<>(List.of("--data", data.toString(), "--no-kafka", "--no-database"));
        arguments.addAll(List.of("--graph-port", Integer.toString(graphPort)));
        arguments.addAll(List.of("--token-port", Integer.toString(tokenPort)));
        arguments.addAll(List.of("--graph-app", TENANT_ID + ":" + CLIENT_ID + ":" + SECRET_VARIABLE));
        users.forEach(user -> arguments.addAll(List.of("--graph-user", user.id() + ":" + user.address())));
        return SandboxProgram.of("emulator", arguments, Map.of(SECRET_VARIABLE, secret.text()), answer);
    }

    /** The users' mailboxes as mailboxes.yml has them. */
    String mailboxes() {
        StringBuilder yaml = new StringBuilder("mailboxes:\n");
        List<String> names = new ArrayList<>();
        for (SandboxUser user : users) {
            String name = user.name();
            for (int again = 2; names.contains(name); again++) {
                name = user.name() + again;
            }
            names.add(name);
            yaml.append("""
                  - tenant: sandbox
                    mailbox: "%s"
                    provider: microsoft
                    address: %s
                    microsoft:
                      tenantId: %s
                      clientId: %s
                      clientSecret: %s
                      userId: %s
                """.formatted(name, user.address(), TENANT_ID, CLIENT_ID, CLIENT_SECRET, user.address()));
        }
        return yaml.toString();
    }
}
