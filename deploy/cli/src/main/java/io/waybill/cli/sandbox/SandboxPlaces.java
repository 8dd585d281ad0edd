package io.waybill.cli.sandbox;

import io.waybill.cli.up.Ports;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that one needs to know of a running emulator. The names are a contract with scripts.
 *
 * @param graphUrl Microsoft Graph
 * @param tokenUrl where its tokens come from
 * @param emulatorUrl where the emulator is told what to do
 * @param tenantId the directory
 * @param clientId the app
 * @param clientSecret where the app's secret is
 * @param secretsDirectory the folder that this reference is looked up in
 * @param users who has a mailbox
 * @param environment for `up`
 * @param mailboxes the users' mailboxes, as mailboxes.yml has them
 */
record SandboxPlaces(
        String graphUrl,
        String tokenUrl,
        String emulatorUrl,
        String tenantId,
        String clientId,
        String clientSecret,
        String secretsDirectory,
        List<SandboxUser> users,
        Map<String, String> environment,
        String mailboxes) {
    /** @param data the folder of the `up` that is to use it */
    static SandboxPlaces of(GraphSandbox graph, Path data, Path secrets) {
        String host = "http://" + Ports.HOST + ":";
        String graphUrl = host + graph.graphPort() + "/v1.0/";
        String tokenUrl = host + graph.tokenPort() + "/";
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("WAYBILL_GRAPH_URL", graphUrl);
        environment.put("WAYBILL_OAUTH_MICROSOFT_URL", tokenUrl);
        if (!secrets.equals(data.resolve("secrets"))) {
            environment.put("WAYBILL_SECRETS_DIR", secrets.toString());
        }
        return new SandboxPlaces(
                graphUrl,
                tokenUrl,
                host + graph.graphPort() + "/emulator/",
                GraphSandbox.TENANT_ID,
                GraphSandbox.CLIENT_ID,
                GraphSandbox.CLIENT_SECRET.value(),
                secrets.toString(),
                graph.users(),
                environment,
                graph.mailboxes());
    }
}
