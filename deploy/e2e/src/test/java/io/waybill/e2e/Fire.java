package io.waybill.e2e;

import static org.awaitility.Awaitility.await;

import io.waybill.contracts.ChangesPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxLimits;
import io.waybill.contracts.PointerJob;
import io.waybill.e2e.AppProcess.App;
import io.waybill.sandbox.gmail.GmailSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Waybill with mailboxes of all three providers: what a {@link Disaster} strikes. Everything of it but {@code ingress/imap}: pointers of
 * IMAP are produced straight to Kafka, and the ingress that is killed is Graph's or Gmail's.
 */
final class Fire implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LISTED_EVERY = Duration.ofSeconds(10);
    /** At the pace of the long run, fewer have more calls made for them than Graph takes: 10,000 in ten minutes. */
    private static final int PER_CLOUD = 12;
    /** Google's own quota would be all that is seen. */
    private static final int UNITS = 100_000_000;

    final Path directory;
    final BrokerProcess broker;
    final Ground ground;
    final GraphGround graph;
    final GmailGround gmail;
    /** Two, and their clocks are one that can be shifted. */
    final List<AppProcess> processors;

    final AppProcess watch;
    private final List<Mailbox> imap;
    private final List<Mailbox> announced = new ArrayList<>();
    private final Map<AppProcess, Path> states = new LinkedHashMap<>();
    private final String clock;
    private final AtomicInteger kills = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();

    /** @param imapMailboxes about a hundred mails each: what a fetch costs the mail server grows with the square of what lies in the folder */
    Fire(Path directory, int imapMailboxes) throws Exception {
        this.directory = directory;
        broker = BrokerProcess.start(Files.createDirectories(directory.resolve("broker")));
        ground = new Ground(directory, broker.bootstrapServers(), broker);
        graph = new GraphGround(ground);
        gmail = new GmailGround(
                ground,
                GmailSettings.defaults()
                        .with(GmailSettings.Quota.defaults().allowing(UNITS, UNITS, Duration.ofMinutes(1))),
                Map.of());
        clock = ClockShift.option(directory, Duration.ZERO);
        Map<String, String> addresses = new HashMap<>(gmail.addresses());
        // Of both: Pub/Sub has the address of its own ingress.
        addresses.putAll(graph.addresses());
        watch = ground.app(App.WATCH, "watch", addresses);
        addresses.put("WAYBILL_GMAIL_QUOTA_UNITS_PER_MINUTE_PER_USER", Integer.toString(UNITS));
        addresses.put("WAYBILL_GMAIL_QUOTA_UNITS_PER_MINUTE_PER_PROJECT", Integer.toString(UNITS));
        for (String name : List.of("processor-1", "processor-2")) {
            Path state = directory.resolve("state-of-" + name);
            addresses.put("WAYBILL_STATE_DIR", state.toString());
            states.put(ground.app(App.PROCESSOR, name, addresses), state);
        }
        processors = List.copyOf(states.keySet());
        imap = ground.mailboxes(imapMailboxes);
        Instant since = Instant.now().minus(Duration.ofHours(1));
        announced.addAll(graph.mailboxes("graph", PER_CLOUD, since));
        announced.addAll(gmail.mailboxes("gmail", PER_CLOUD, since, MailboxLimits.DEFAULTS));
        List<AppProcess> apps = apps().toList();
        for (AppProcess app : apps) {
            start(app);
        }
        apps.forEach(AppProcess::awaitReady);
        graph.awaitSubscribed(announced.subList(0, PER_CLOUD));
        gmail.awaitWatched(announced.subList(PER_CLOUD, 2 * PER_CLOUD));
    }

    /** Mail of that number arrives, at each provider in turn; done once it is accepted, or the provider has it. */
    CompletableFuture<PointerJob> send(int number, String word) {
        return switch (number % 3) {
            case 0 -> {
                Mailbox mailbox = imap.get(number / 3 % imap.size());
                yield ground.offer(mailbox, ground.put(mailbox, word + number, word, word));
            }
            case 1 -> {
                Mailbox mailbox = announced.get(number / 3 % PER_CLOUD);
                yield CompletableFuture.completedFuture(graph.deliver(mailbox, word + number, word));
            }
            default -> {
                Mailbox mailbox = announced.get(PER_CLOUD + number / 3 % PER_CLOUD);
                yield CompletableFuture.completedFuture(gmail.deliver(mailbox, word + number, word));
            }
        };
    }

    /** Which state directory a processor has. */
    Path state(AppProcess processor) {
        return states.get(processor);
    }

    private Stream<AppProcess> apps() {
        return Stream.concat(processors.stream(), Stream.of(watch, graph.ingress, gmail.ingress));
    }

    AppProcess anyProcessor(Random random) {
        return processors.get(random.nextInt(processors.size()));
    }

    /** SIGKILL. */
    void kill(AppProcess app) throws InterruptedException {
        app.kill();
        kills.incrementAndGet();
    }

    void start(AppProcess app) throws IOException {
        if (processors.contains(app)) {
            app.start(clock);
        } else {
            // The ingress checks how old tokens are, by the machine's own clock.
            app.start();
        }
    }

    /** Waits for it, and starts it again where it ended by itself because it could not get on, as whoever runs it does. */
    void awaitReady(AppProcess app) throws IOException {
        while (!app.awaitReadyOrEnd()) {
            ends.incrementAndGet();
            start(app);
        }
    }

    /** How often one ended by itself, other than of its clock. */
    int ends() {
        return ends.get();
    }

    int kills() {
        return kills.get();
    }

    /** Waits until one of the mails that came last is handled. */
    void awaitWork(SteadyMail mail) {
        Set<JobId> before = Ground.ids(mail.accepted());
        int read = ground.outcomes().size();
        await("work after a disaster")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> ground.outcomes().stream().skip(read).anyMatch(each -> !before.contains(each.jobId())));
    }

    /** Waits until each has an outcome, and has the mailboxes listed until then: what was not announced is found so. */
    void awaitSettled(Collection<PointerJob> jobs, Duration patience) throws IOException {
        for (AppProcess app : apps().toList()) {
            awaitReady(app);
        }
        Set<JobId> wanted = Ground.ids(jobs);
        Instant[] listed = {Instant.EPOCH};
        await("outcomes of " + jobs.size() + " jobs")
                .atMost(patience)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    boolean settled = ground.settled().containsAll(wanted);
                    if (!settled && Instant.now().isAfter(listed[0].plus(LISTED_EVERY))) {
                        listed[0] = Instant.now();
                        announced.forEach(mailbox ->
                                ground.accept(mailbox, new ChangesPointer(ChangesPointer.Reason.TICK, null, null)));
                    }
                    return settled;
                });
    }

    /**
     * Does what waits, and prints what all processors said where it waits in vain: each waits for the other where partitions move, and what
     * one that is late did says little without the other.
     */
    void telling(Waiting what) throws Exception {
        try {
            what.run();
        } catch (ConditionTimeoutException late) {
            for (AppProcess processor : processors) {
                System.out.println(processor.lastWords());
            }
            throw late;
        }
    }

    /** What {@link #telling} does. */
    interface Waiting {
        void run() throws Exception;
    }

    @Override
    public void close() throws Exception {
        for (AppProcess app : apps().toList()) {
            app.kill();
        }
        graph.closeEmulator();
        gmail.closeEmulator();
        ground.close();
    }
}
