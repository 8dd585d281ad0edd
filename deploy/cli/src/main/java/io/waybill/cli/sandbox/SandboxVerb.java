package io.waybill.cli.sandbox;

import io.waybill.cli.DataFolderOption;
import io.waybill.cli.Output;
import io.waybill.cli.Surroundings;
import io.waybill.cli.Waybill;
import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Supervisor;
import io.waybill.cli.supervise.Tree;
import io.waybill.cli.up.AtExit;
import io.waybill.cli.up.DataFolder;
import io.waybill.cli.up.Emulators;
import io.waybill.cli.up.GmailEmulator;
import io.waybill.cli.up.PortClaim;
import io.waybill.cli.up.Ports;
import io.waybill.cli.up.SecretsFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waybill sandbox}. */
@Command(
        name = "sandbox",
        description = {
            "Run emulators of Microsoft Graph and of Gmail on this machine, in the foreground: to try Microsoft 365 and"
                    + " Google Workspace without them.",
            "Prints all that `up` must be told, how to deliver a mail, and how to make things go wrong.",
            "Their mail is in memory, and gone when they stop. Ctrl-C stops them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  waybill sandbox",
            "  waybill sandbox --user support@contoso.example --user sales@contoso.example",
            "  waybill sandbox --gmail-user desk@globex.example --gmail-user orders@globex.example",
            "  waybill sandbox --write-mailboxes mailboxes.yml --json"
        })
public final class SandboxVerb implements Callable<Integer> {
    private static final int GRAPH_PORT = 8181;
    private static final int TOKEN_PORT = 8182;
    private static final int GMAIL_PORT = 8183;

    @Spec
    private CommandSpec spec;

    @Mixin
    private Output output;

    @Mixin
    private DataFolderOption data;

    @Option(
            names = "--user",
            paramLabel = "ADDRESS",
            description = "Who has a mailbox in Microsoft 365. May be repeated. Default: ${DEFAULT-VALUE}.",
            defaultValue = "support@contoso.example")
    private List<String> users;

    @Option(
            names = "--gmail-user",
            paramLabel = "ADDRESS",
            description = "Who has a mailbox in Google Workspace. May be repeated. Default: ${DEFAULT-VALUE}.",
            defaultValue = "desk@globex.example")
    private List<String> gmailUsers;

    @Option(
            names = "--write-mailboxes",
            paramLabel = "FILE",
            description = "Write the mailboxes.yml for `up` there. A file that says something else is left alone.")
    private Path mailboxes;

    @Option(names = "--graph-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int graphPort = GRAPH_PORT;

    @Option(names = "--token-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int tokenPort = TOKEN_PORT;

    @Option(names = "--gmail-port", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
    private int gmailPort = GMAIL_PORT;

    @Option(
            names = "--ingress-google-port",
            paramLabel = "N",
            description = "The ingress of `up` that Pub/Sub pushes to. Default: ${DEFAULT-VALUE}.")
    private int ingressGooglePort = Ports.INGRESS_GOOGLE;

    /** Returns only by an exception: it runs until the user interrupts. */
    @Override
    public Integer call() throws InterruptedException {
        Tree tree = Tree.ofProcess();
        GraphSandbox graph = new GraphSandbox(graphPort, users("--user", users));
        GmailSandbox gmail = new GmailSandbox(gmailPort, ingressGooglePort, users("--gmail-user", gmailUsers));
        PortClaim.requireFree(List.of(
                new PortClaim("the emulator of Graph", graphPort, "--graph-port"),
                new PortClaim("the emulator of Gmail", gmailPort, "--gmail-port"),
                new PortClaim("their token endpoint", tokenPort, "--token-port")));
        Path folder = data.path(surroundings());
        DataFolder.create(folder);
        Path secrets = data.secrets(surroundings());
        SecretsFolder secretsFolder = new SecretsFolder(secrets);
        GmailEmulator gmailEmulator = gmail.emulator(secretsFolder);
        Emulators emulators = new Emulators(
                tokenPort, Optional.of(graph.emulator(GraphSandbox.secret(secretsFolder))), Optional.of(gmailEmulator));
        SandboxPlaces places = SandboxPlaces.of(
                emulators, graph, folder, secrets, SandboxMailboxes.yaml(graph, gmail, gmailEmulator.registration()));
        Optional<MailboxesDraft> draft = Optional.ofNullable(mailboxes).map(MailboxesDraft::new);
        draft.ifPresent(file -> file.write(places.mailboxes()));

        Supervisor supervisor = new Supervisor(tree, folder.resolve(DataFolder.LOGS), output::progress);
        try (AtExit stop = new AtExit(() -> stop(supervisor))) {
            supervisor.start(List.of(emulators.program(folder, new Answer())));
            output.object(places);
            SandboxGuide.print(output, places, draft.map(MailboxesDraft::file), folder, tree.root());
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private static List<SandboxUser> users(String option, List<String> addresses) {
        return addresses.stream()
                .map(address -> SandboxUser.of(address, option))
                .distinct()
                .toList();
    }

    private void stop(Supervisor supervisor) {
        output.progress("Stopping …");
        supervisor.close();
        output.progress("Stopped.");
    }

    private Surroundings surroundings() {
        return Waybill.surroundings(spec);
    }
}
