package io.waybill.cli.up;

import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Microsoft Graph's emulator on this machine.
 *
 * @param tenantId its one directory
 * @param clientId the one app in it
 * @param clientSecret that app's
 * @param users who has a mailbox
 */
public record GraphEmulator(int port, String tenantId, String clientId, String clientSecret, List<User> users) {
    private static final String SECRET_VARIABLE = "WAYBILL_SANDBOX_GRAPH_SECRET";

    /** Who has a mailbox, by object id and by address. */
    public record User(String id, String address) {}

    public GraphEmulator {
        users = List.copyOf(users);
    }

    /** Where it is. */
    public URI url() {
        return URI.create(Layout.url(port) + "/");
    }

    /** Where it is told what to do. */
    public URI emulatorUrl() {
        return url().resolve("emulator/");
    }

    void addArguments(List<String> arguments) {
        arguments.addAll(List.of("--graph-port", Integer.toString(port)));
        arguments.addAll(List.of("--graph-app", tenantId + ":" + clientId + ":" + SECRET_VARIABLE));
        users.forEach(user -> arguments.addAll(List.of("--graph-user", user.id() + ":" + user.address())));
    }

    void addSecrets(Map<String, String> environment) {
        environment.put(SECRET_VARIABLE, clientSecret);
    }

    void addSettings(Map<String, String> settings, String tokenUrl) {
        settings.put("WAYBILL_GRAPH_URL", url() + "v1.0/");
        settings.put("WAYBILL_OAUTH_MICROSOFT_URL", tokenUrl);
    }

    @Override
    public String toString() {
        return "GraphEmulator[port=" + port + ", clientId=" + clientId + ", users=" + users + "]";
    }
}
