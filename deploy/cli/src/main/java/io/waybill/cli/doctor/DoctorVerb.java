package io.waybill.cli.doctor;

import io.waybill.cli.ConnectionOptions;
import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Problem;
import io.waybill.cli.RunFile;
import io.waybill.cli.jobs.InternalEndpoint;
import io.waybill.cli.mailboxes.ListenerTroubles;
import io.waybill.cli.supervise.Readiness;
import io.waybill.cli.supervise.Tree;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.TopicAdmin;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code waybill doctor}. */
@Command(
        name = "doctor",
        description =
                "Check what Waybill stands on: JDK, built programs, disk, secrets, Kafka, topics, database, apps.")
public final class DoctorVerb implements Callable<Integer> {
    private static final List<String> PROGRAMS = List.of(
            "deploy/sandbox",
            "ingress/imap",
            "ingress/microsoft",
            "ingress/google",
            "processor/watch",
            "processor/inbound");
    private static final long LITTLE_SPACE = 2L * 1024 * 1024 * 1024;
    private static final int TIMEOUT_MS = 5_000;

    @Mixin
    private Output output;

    @Mixin
    private ConnectionOptions connection;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        findings.add(jdk());
        findings.add(checked("programs", DoctorVerb::programs));
        findings.add(disk());
        findings.add(checked("install key", this::installKey));
        Optional<RunFile> run = connection.runFile();
        findings.add(running(run));
        if (run.isPresent() || connection.foreignBootstrapServers().isPresent()) {
            findings.add(checked("kafka", this::kafka));
        }
        if (run.isPresent() || connection.foreignDatabase().isPresent()) {
            findings.add(checked("database", this::database));
        }
        run.ifPresent(file -> {
            findings.add(app("processor", file.processorUrl()));
            findings.add(app("watch", file.watchUrl()));
            findings.add(ingress("ingress-imap", file.ingressImapUrl(), "no mailbox needs it"));
            findings.add(ingress(
                    "ingress-microsoft",
                    file.ingressMicrosoftUrl(),
                    "no mailbox needs it, or Graph has no address to call"));
            findings.add(ingress(
                    "ingress-google",
                    file.ingressGoogleUrl(),
                    "no mailbox needs it, or Pub/Sub has no address to push to"));
            findings.add(checked("mailboxes", () -> mailboxes(file)));
        });
        findings.forEach(this::tell);
        findings.forEach(output::object);
        return findings.stream().anyMatch(finding -> finding.state() == Finding.State.WRONG)
                ? Exit.INCOMPLETE
                : Exit.DONE;
    }

    private static Finding jdk() {
        String found = Runtime.version() + " in " + System.getProperty("java.home");
        return Runtime.version().feature() >= 25
                ? Finding.ok("jdk", found)
                : Finding.wrong("jdk", found, "Start by deploy/waybill, which looks for a JDK 25.");
    }

    private static Finding programs() {
        Tree tree = Tree.ofProcess();
        PROGRAMS.forEach(tree::jar);
        return Finding.ok("programs", "built in " + tree.root());
    }

    private Finding disk() {
        Path folder = connection.data();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            String found = String.format(Locale.ROOT, "%,d MiB free for %s", free / 1024 / 1024, connection.data());
            return free >= LITTLE_SPACE
                    ? Finding.ok("disk", found)
                    : Finding.wrong("disk", found, "Make room, or name a folder on another disk by --data.");
        } catch (IOException unknown) {
            return Finding.note("disk", "cannot be told", "Look at `df`.");
        }
    }

    private Finding installKey() {
        try {
            return InstallKey.live(connection.secrets()).isEmpty()
                    ? Finding.note("install key", "none in " + connection.secretsDirectory(), "`up` creates it.")
                    : Finding.ok("install key", "in " + connection.secretsDirectory());
        } catch (IllegalArgumentException unusable) {
            return Finding.wrong(
                    "install key",
                    "unusable in " + connection.secretsDirectory() + ": " + unusable.getMessage(),
                    "Copy install.key from another machine of the installation: OPERATING.md, Secrets and the install"
                            + " key.");
        }
    }

    private Finding running(Optional<RunFile> run) {
        if (run.isEmpty()) {
            return Finding.note("up", "does not run with " + connection.data(), "Start it: deploy/waybill up");
        }
        long pid = run.get().pid();
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
                ? Finding.ok("up", "process " + pid + " since " + run.get().startedAt())
                : Finding.wrong("up", "process " + pid + " has died", "Start it again; its data is kept.");
    }

    private Finding kafka() {
        Map<String, Object> settings = new HashMap<>(connection.kafka());
        settings.put("default.api.timeout.ms", TIMEOUT_MS);
        settings.put("request.timeout.ms", TIMEOUT_MS / 2);
        try (Admin admin = Admin.create(settings)) {
            List<TopicAdmin.Difference> differences = TopicAdmin.check(admin);
            if (differences.isEmpty()) {
                return Finding.ok("kafka", connection.bootstrapServers() + ", all topics as they should be");
            }
            String found = differences.getFirst().text()
                    + (differences.size() > 1 ? ", and " + (differences.size() - 1) + " more" : "");
            return differences.stream().anyMatch(TopicAdmin.Difference::blocking)
                    ? Finding.wrong("kafka", found, "`waybill topics check`, then `waybill topics create`")
                    : Finding.note("kafka", found, "`waybill topics check` tells all.");
        } catch (KafkaException unreachable) {
            return Finding.wrong(
                    "kafka",
                    connection.bootstrapServers() + " does not answer ("
                            + unreachable.getClass().getSimpleName() + ")",
                    "Is it running, and is the address right?");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.note("kafka", "interrupted", "");
        }
    }

    private Finding database() {
        ConnectionOptions.Database database = connection.database();
        Properties login = new Properties();
        login.setProperty("user", database.user());
        login.setProperty("connectTimeout", "5");
        login.setProperty("socketTimeout", "5");
        database.password().ifPresent(password -> login.setProperty("password", password.text()));
        try (Connection open = DriverManager.getConnection(database.url(), login)) {
            return Finding.ok(
                    "database",
                    "PostgreSQL " + open.getMetaData().getDatabaseProductVersion() + " at " + database.url());
        } catch (SQLException refused) {
            return Finding.wrong(
                    "database",
                    database.url() + " refuses (SQLSTATE " + refused.getSQLState() + ")",
                    "Is it running, and do user and password fit?");
        }
    }

    private static Finding app(String name, String url) {
        return Readiness.http(URI.create(url + "/health/readiness")).isReady()
                ? Finding.ok(name, "ready at " + url)
                : Finding.wrong(name, "not ready at " + url, "Its log is in the folder logs of the data folder.");
    }

    private static Finding ingress(String name, String url, String whyNot) {
        return url == null ? Finding.note(name, "not started: " + whyNot, "") : app(name, url);
    }

    private static Finding mailboxes(RunFile run) {
        Map<String, String> troubles = InternalEndpoint.get(
                        URI.create(run.watchUrl()), "/internal/listeners", Optional.of(run.token()))
                .map(ListenerTroubles::of)
                .orElse(Map.of());
        return troubles.isEmpty()
                ? Finding.ok("mailboxes", "no listener has trouble")
                : Finding.wrong(
                        "mailboxes",
                        troubles.entrySet().stream()
                                .map(trouble -> trouble.getKey() + ": " + trouble.getValue())
                                .collect(Collectors.joining("; ")),
                        "Put the secret in place, or mend the entry; what is mended is tried at once.");
    }

    private static Finding checked(String check, Supplier<Finding> work) {
        try {
            return work.get();
        } catch (Problem problem) {
            return Finding.wrong(check, problem.getMessage(), problem.remedy());
        }
    }

    private void tell(Finding finding) {
        output.line(String.format(
                Locale.ROOT,
                "%s  %-12s  %s",
                mark(finding.state()),
                finding.check(),
                Output.printable(finding.found())));
        if (!finding.remedy().isEmpty()) {
            output.line("                  " + finding.remedy());
        }
    }

    private String mark(Finding.State state) {
        return switch (state) {
            case OK -> output.style("fg(green)", "ok");
            case NOTE -> "--";
            case WRONG -> output.style("fg(red)", "!!");
        };
    }
}
