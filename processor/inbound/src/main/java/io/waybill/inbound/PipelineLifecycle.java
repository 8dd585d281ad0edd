package io.waybill.inbound;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.context.event.StartupEvent;
import io.micronaut.runtime.event.annotation.EventListener;
import io.waybill.contracts.ClockWatch;
import io.waybill.contracts.KafkaMailboxDirectory;
import io.waybill.contracts.ProgramEnd;
import io.waybill.contracts.TopicAdmin;
import io.waybill.inbound.topology.StageContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the streams once Kafka answers, the topics are as they must be and the mailboxes are known; frees them of transactions that hang,
 * and ends the process where they stand still all the same; stops them so that no death is counted.
 */
@Context
public class PipelineLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineLifecycle.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** A stream thread that fails is replaced; so many within an hour mean that this process cannot work, and it ends. */
    private static final int REPLACEMENTS = 100;

    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private static final Duration HAND_IN_LIMIT = Duration.ofSeconds(8);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private final KafkaStreams streams;
    private final KafkaMailboxDirectory directory;
    private final StageContext shared;
    private final KafkaClientSettings clients;
    /** When threads failed, by the monotonic clock. Guarded by itself. */
    private final Deque<Long> failures = new ArrayDeque<>();

    private final Standstill standstill;
    private final HangingTransactions transactions;

    private volatile boolean stopping;
    private volatile ClockWatch clock;
    private volatile boolean clockSetBack;
    private volatile Thread starter;

    PipelineLifecycle(
            KafkaStreams streams,
            KafkaMailboxDirectory directory,
            StageContext shared,
            KafkaClientSettings clients,
            ProcessorSettings settings) {
        this.streams = streams;
        this.directory = directory;
        this.shared = shared;
        this.clients = clients;
        this.standstill = new Standstill(settings.standstillLimit(), System::nanoTime);
        this.transactions = new HangingTransactions(clients.config(), System::nanoTime, shared.meters());
    }

    @EventListener
    void onStartup(StartupEvent event) {
        streams.setUncaughtExceptionHandler(this::replaceThread);
        streams.setGlobalStateRestoreListener(standstill);
        streams.setStateListener((state, before) -> {
            standstill.moved();
            LOG.atInfo()
                    .addKeyValue("state", state)
                    .addKeyValue("before", before)
                    .log("stream_state");
        });
        clock = ClockWatch.start(() -> clockSetBack = true);
        starter = Thread.ofPlatform().name("pipeline-start").daemon().start(this::startWhenReady);
    }

    @EventListener
    void onShutdown(ShutdownEvent event) {
        stopping = true;
        if (clock != null) {
            clock.close();
        }
        if (starter != null) {
            starter.interrupt();
        }
        transactions.close();
        try {
            // Also while tasks move: the limit bounds it, and what is not handed in counts as a death.
            // With a clock that was set back they have no turn any more, and are closed the sooner the better.
            if (!clockSetBack && !shared.stopping().requestAndAwait(HAND_IN_LIMIT)) {
                LOG.warn("not every task handed in its running jobs in time; they will be taken for interrupted");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_LIMIT));
        shared.dispatcher().close();
    }

    /** Whether this process does its work. */
    boolean isReady() {
        return streams.state() == KafkaStreams.State.RUNNING && directory.isComplete();
    }

    private void startWhenReady() {
        while (!stopping) {
            try {
                if (topicsAreRight() && directory.awaitComplete(PAUSE)) {
                    startStreams();
                    transactions.start();
                    watchForStandstill();
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void startStreams() {
        try {
            streams.start();
        } catch (RuntimeException | LinkageError broken) {
            // It opens the state directory, and takes no second call.
            if (!stopping) {
                end(
                        "streams_not_started",
                        broken,
                        "if that stays so, delete the state directory: all that is in it is in Kafka too");
            }
        }
    }

    private void watchForStandstill() throws InterruptedException {
        standstill.moved();
        while (!standstill.isTooLong()) {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
            if (streams.state() == KafkaStreams.State.RUNNING) {
                standstill.moved();
            }
        }
        if (!stopping) {
            ProgramEnd.because(log -> log.error(
                    "the streams have been {} for {} s and restored nothing meanwhile:"
                            + " this process ends, so that whoever runs it can start another",
                    streams.state(),
                    standstill.limit().toSeconds()));
        }
    }

    private boolean topicsAreRight() throws InterruptedException {
        try (Admin admin = Admin.create(Map.copyOf(clients.config()))) {
            List<TopicAdmin.Difference> blocking = TopicAdmin.check(admin).stream()
                    .filter(TopicAdmin.Difference::blocking)
                    .toList();
            blocking.forEach(difference -> LOG.error("cannot start: {}", difference.text()));
            return blocking.isEmpty();
        } catch (KafkaException away) {
            LOG.warn(
                    "cannot start yet: Kafka does not answer ({})",
                    away.getClass().getSimpleName());
            return false;
        }
    }

    private StreamThreadExceptionResponse replaceThread(Throwable failure) {
        if (failuresOfLate() <= REPLACEMENTS) {
            tell(LOG, "stream_thread_failed", failure);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        end("stream_thread_failed", failure, "too many stream threads failed");
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private static void tell(Logger log, String what, Throwable failure) {
        log.atError()
                .addKeyValue("cause", failure.getClass().getName())
                .addKeyValue("root", rootOf(failure).getClass().getName())
                .addKeyValue("at", frameOf(rootOf(failure)))
                .log(what);
    }

    private static void end(String what, Throwable failure, String why) {
        ProgramEnd.because(log -> {
            tell(log, what, failure);
            log.error("{}; this process ends, so that whoever runs it can start another", why);
        });
    }

    private int failuresOfLate() {
        long now = System.nanoTime();
        synchronized (failures) {
            failures.removeIf(at -> now - at > FORGOTTEN_AFTER.toNanos());
            failures.add(now);
            return failures.size();
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    private static String frameOf(Throwable failure) {
        return failure.getStackTrace().length == 0 ? "" : failure.getStackTrace()[0].toString();
    }
}
