package io.waybill.cli.sandbox;

import io.waybill.cli.up.Emulators;
import io.waybill.cli.up.GmailEmulator;
import io.waybill.cli.up.GraphEmulator;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that one needs to know of running emulators. The names are a contract with scripts.
 *
 * @param graphUrl Microsoft Graph
 * @param tokenUrl where the tokens of both come from
 * @param emulatorUrl where Graph's emulator is told what to do
 * @param tenantId the directory
 * @param clientId the app
 * @param clientSecret where the app's secret is
 * @param gmailUrl Gmail
 * @param gmailKeysUrl the keys that its pushes' tokens are signed with
 * @param gmailEmulatorUrl where Gmail's emulator is told what to do
 * @param serviceAccountKey where the service account's key is
 * @param secretsDirectory the folder that these references are looked up in
 * @param users who has a mailbox in Microsoft 365
 * @param gmailUsers who has one in Google Workspace
 * @param environment for `up`
 * @param mailboxes the users' mailboxes, as mailboxes.yml has them
 */
record SandboxPlaces(
        URI graphUrl,
        String tokenUrl,
        URI emulatorUrl,
        String tenantId,
        String clientId,
        String clientSecret,
        URI gmailUrl,
        URI gmailKeysUrl,
        URI gmailEmulatorUrl,
        String serviceAccountKey,
        String secretsDirectory,
        List<SandboxUser> users,
        List<String> gmailUsers,
        Map<String, String> environment,
        String mailboxes) {
    /**
     * @param data the folder of the `up` that is to use them
     * @param mailboxes as mailboxes.yml has them
     */
    static SandboxPlaces of(Emulators emulators, GraphSandbox graphUsers, Path data, Path secrets, String mailboxes) {
        GraphEmulator graph = emulators.graph().orElseThrow();
        GmailEmulator gmail = emulators.gmail().orElseThrow();
        Map<String, String> environment = new LinkedHashMap<>(emulators.settings());
        if (!secrets.equals(data.resolve("secrets"))) {
            environment.put("WAYBILL_SECRETS_DIR", secrets.toString());
        }
        return new SandboxPlaces(
                graph.url().resolve("v1.0/"),
                emulators.tokenUrl(),
                graph.emulatorUrl(),
                graph.tenantId(),
                graph.clientId(),
                GraphSandbox.CLIENT_SECRET.value(),
                gmail.url().resolve("gmail/v1/"),
                gmail.keysUrl(),
                gmail.emulatorUrl(),
                GmailSandbox.CREDENTIALS.value(),
                secrets.toString(),
                graphUsers.users(),
                gmail.users(),
                environment,
                mailboxes);
    }
}
