package io.waybill.cli.demo;

import io.waybill.cli.Exit;
import io.waybill.cli.Output;
import io.waybill.cli.Surroundings;
import io.waybill.cli.Waybill;
import io.waybill.cli.handlers.HandlerNames;
import io.waybill.cli.handlers.HandlersOption;
import io.waybill.cli.supervise.Tree;
import io.waybill.cli.up.AtExit;
import io.waybill.cli.up.DataFolder;
import io.waybill.cli.up.Emulators;
import io.waybill.cli.up.GmailEmulator;
import io.waybill.cli.up.GraphEmulator;
import io.waybill.cli.up.OutcomeFeed;
import io.waybill.cli.up.Plan;
import io.waybill.cli.up.Plan.MailServer;
import io.waybill.cli.up.Ports;
import io.waybill.cli.up.PublicUrl;
import io.waybill.cli.up.SecretsFolder;
import io.waybill.cli.up.Stack;
import io.waybill.contracts.InstallKey;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.OwnMail;
import io.waybill.contracts.Provider;
import io.waybill.contracts.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code waybill demo}. */
@Command(
        name = "demo",
        description = {
            "See the whole pipeline at work, on this machine alone: broker, database, a mail server and emulators of",
            "Microsoft Graph and Gmail are embedded,",
            "sample mails are sent, and what became of each is told. Nothing stays behind."
        })
public final class DemoVerb implements Callable<Integer> {
    private static final long MIN_FREE_BYTES = 1024L * 1024 * 1024;
    private static final int PARTITIONS = 4;

    /** So that the third attempt comes in a second or two, not in half a minute. */
    private static final Map<String, String> QUICK_RETRY = Map.of("WAYBILL_RETRY_DELAY", "500ms");

    private static final Duration DUPLICATES_WITHIN = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private Output output;

    @Option(names = "--mail", paramLabel = "FILE.eml", description = "Send this mail as well. May be repeated.")
    private List<Path> mails = new ArrayList<>();

    @Mixin
    private HandlersOption handlers;

    @Option(names = "--keep", description = "Keep running afterwards, to try things by hand. Ctrl-C stops.")
    private boolean keep;

    @Override
    public Integer call() throws InterruptedException {
        long began = System.nanoTime();
        Tree tree = Tree.ofProcess();
        List<Sample> samples = Sample.all(tree.root().resolve("deploy/samples"), mails);
        Optional<Path> folder = handlers.named(surroundings());
        List<String> further = folder.map(HandlerNames::in).map(List::copyOf).orElse(List.of());
        Scratch scratch = Scratch.create();
        try {
            return run(tree, scratch, folder, samples, further, began);
        } catch (RuntimeException failed) {
            // Nothing of it ran yet, or it is kept.
            scratch.dispose();
            throw failed;
        }
    }

    private int run(
            Tree tree, Scratch scratch, Optional<Path> folder, List<Sample> samples, List<String> further, long began)
            throws InterruptedException {
        DataFolder data = DataFolder.open(scratch.path(), MIN_FREE_BYTES);
        Plan plan = plan(tree, data, DemoHandlers.create(data, tree, folder));
        Stack stack = new Stack(
                plan,
                Map.of("bootstrap.servers", Ports.HOST + ":" + plan.ports().kafka()),
                output::progress,
                surroundings().clock().instant());
        try (AtExit stop = new AtExit(() -> stop(stack, data, scratch))) {
            try {
                boolean good = run(stack, plan, samples, further, began);
                scratch.keep(!good);
                return good ? Exit.DONE : Exit.INCOMPLETE;
            } catch (RuntimeException failed) {
                scratch.keep(true);
                throw failed;
            }
        }
    }

    private boolean run(Stack stack, Plan plan, List<Sample> samples, List<String> further, long began)
            throws InterruptedException {
        output.progress("Starting the demo; data in " + plan.data().path());
        plan.secrets().createInstallKey();
        stack.startSandbox();
        stack.createTopics();
        DemoMailboxes mailboxes =
                DemoMailboxes.apply(stack, plan, further, surroundings().clock());
        Mailbox mailbox = mailboxes.support();
        Outcomes outcomes = new Outcomes();
        Inbox inbox = new Inbox(plan.mail().orElseThrow(), DemoMailboxes.SUPPORT);
        Emulators emulators = plan.emulators().orElseThrow();
        GraphInbox office = new GraphInbox(emulators.graph().orElseThrow());
        GmailInbox desk = new GmailInbox(emulators.gmail().orElseThrow());
        Secrets secrets = new Secrets(Map.of(), plan.secrets().path());
        OwnMail ownMail = new OwnMail(mailbox.key(), InstallKey.live(secrets));
        DemoRun run = new DemoRun(
                new Inboxes(inbox, office, desk),
                mailboxes,
                ownMail,
                outcomes,
                surroundings().clock());
        try (OutcomeFeed feed = OutcomeFeed.fromNow(stack.kafka(), outcomes::add)) {
            run.prepare(samples);
            stack.startApps(EnumSet.allOf(Provider.class));
            Announced announced = new Announced(stack.kafka(), surroundings().clock());
            announced.await(mailboxes.office(), mailboxes.desk());
            office.announceTwice();
            Announcer announcer = new Announcer(
                    stack.run().ingressImapUrl(),
                    mailbox,
                    secrets,
                    surroundings().clock());
            Verbs verbs = new Verbs(surroundings(), output, plan.data().path());
            boolean complete;
            int expected = samples.stream()
                    .mapToInt(sample -> sample.expected().size())
                    .sum();
            output.progress("Sending " + samples.size() + " mails, awaiting " + expected + " outcomes");
            try (Progress progress = Progress.of(output, outcomes, expected)) {
                complete = run.send(samples, announcer, verbs::redrive);
            }
            int duplicates = Duplicates.await(stack.run().processorUrl(), DemoRun.ANNOUNCEMENTS - 1, DUPLICATES_WITHIN);
            Report report = new Report(samples, run.trials(), outcomes, duplicates);
            report.print(output, verbs, Duration.ofNanos(System.nanoTime() - began));
            if (keep) {
                keepRunning(stack, plan, report);
            }
            return complete && report.isAsExpected() && duplicates >= DemoRun.ANNOUNCEMENTS - 1;
        }
    }

    private void keepRunning(Stack stack, Plan plan, Report report) throws InterruptedException {
        Kept.print(output, stack.run(), plan.data().path(), plan.tree().root(), report);
        new CountDownLatch(1).await();
    }

    private static Plan plan(Tree tree, DataFolder data, Path handlers) {
        List<Integer> free = Ports.free(12);
        Ports ports =
                new Ports(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4), free.get(5), free.get(6));
        SecretsFolder secrets = new SecretsFolder(data.path().resolve("secrets"));
        GraphEmulator graph = new GraphEmulator(
                free.get(7),
                guid(),
                guid(),
                SecretsFolder.random(),
                List.of(new GraphEmulator.User(guid(), DemoMailboxes.OFFICE)));
        GmailEmulator gmail = new GmailEmulator(
                free.get(8),
                secrets.file(DemoMailboxes.SERVICE_ACCOUNT),
                List.of(DemoMailboxes.DESK),
                SecretsFolder.random(),
                ports.ingressGoogle());
        return new Plan(
                tree,
                data,
                secrets,
                ports,
                Optional.empty(),
                Optional.empty(),
                PARTITIONS,
                Optional.of(new MailServer(free.get(9), free.get(10), DemoMailboxes.SUPPORT, SecretsFolder.random())),
                Optional.of(new Emulators(free.get(11), Optional.of(graph), Optional.of(gmail))),
                Optional.of(handlers),
                Optional.of(PublicUrl.onThisMachine(ports.ingressMicrosoft())),
                QUICK_RETRY);
    }

    private static String guid() {
        return UUID.randomUUID().toString();
    }

    private void stop(Stack stack, DataFolder data, Scratch scratch) {
        output.progress("Stopping …");
        stack.close();
        data.close();
        if (!scratch.dispose()) {
            output.progress("Logs are kept in " + data.logs());
        }
    }

    private Surroundings surroundings() {
        return Waybill.surroundings(spec);
    }
}
