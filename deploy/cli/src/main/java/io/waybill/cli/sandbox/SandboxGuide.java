package io.waybill.cli.sandbox;

import io.waybill.cli.Output;
import io.waybill.cli.up.Ports;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code sandbox} says before it waits: commands to copy, as they are right here. */
final class SandboxGuide {
    private SandboxGuide() {}

    /**
     * @param written where the mailboxes were written to
     * @param data the folder of the `up` that is to use it
     * @param tree where the command is
     */
    static void print(Output output, SandboxPlaces places, Optional<Path> written, Path data, Path tree) {
        String mailboxes = written.map(SandboxGuide::quoted).orElse("mailboxes.yml");
        String user = places.users().getFirst().address();
        String gmailUser = places.gmailUsers().getFirst();
        output.line("");
        output.line("Microsoft Graph   " + places.graphUrl());
        output.line("  app             " + places.clientId() + " in the directory " + places.tenantId());
        output.line("  its secret      " + places.clientSecret() + ", in " + places.secretsDirectory());
        output.line("  mailboxes       "
                + places.users().stream().map(SandboxUser::address).collect(Collectors.joining(", ")));
        output.line("Gmail             " + places.gmailUrl());
        output.line("  service account " + places.serviceAccountKey() + ", in " + places.secretsDirectory());
        output.line("  mailboxes       " + String.join(", ", places.gmailUsers()));
        output.line("sign-in of both   " + places.tokenUrl());
        output.line("");
        if (written.isPresent()) {
            output.line("1. The mailboxes are described in " + mailboxes);
        } else {
            output.line("1. Describe the mailboxes in a file, say mailboxes.yml:");
            output.line("");
            output.line(places.mailboxes().stripTrailing());
        }
        output.line("");
        output.line("2. Start Waybill in another terminal, with this environment:");
        output.line("");
        places.environment().forEach((name, value) -> output.line("export " + name + "=" + quoted(value)));
        output.line(
                quoted(tree.resolve("deploy/waybill")) + " up --data " + quoted(data) + " --mailboxes " + mailboxes);
        output.line("");
        output.line("   Mail is then found within a minute. With --public-url http://" + Ports.HOST + ":"
                + Ports.INGRESS_MICROSOFT + " Graph and Pub/Sub announce it, and it is there at once.");
        output.line("");
        output.line("3. When that says \"Running\", deliver mails. Each once: the same mail again is recognised, and"
                + " skipped.");
        output.line("");
        output.line("curl --data-binary @" + quoted(tree.resolve("deploy/samples/plain.eml")) + " '"
                + places.emulatorUrl() + "messages?user=" + user + "'");
        output.line("curl --data-binary @" + quoted(tree.resolve("deploy/samples/html-only.eml")) + " '"
                + places.gmailEmulatorUrl() + "messages?user=" + gmailUser + "'");
        output.line("");
        output.line("4. Make things go wrong, and well again; deploy/OPERATING.md has all that can be asked:");
        output.line("");
        for (URI emulator : List.of(places.emulatorUrl(), places.gmailEmulatorUrl())) {
            output.line("curl -d '{\"throttled\": 0.2, \"retry_after_ms\": 2000}' " + emulator + "faults");
            output.line("curl -X POST " + emulator + "heal");
            output.line("curl " + emulator + "calls");
        }
        output.line("");
        output.line("Ctrl-C stops them.");
    }

    private static String quoted(Path path) {
        return quoted(path.toString());
    }

    /** For a shell, where it needs to be. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./:-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
