package io.waybill.e2e;

import io.waybill.sandbox.gmail.GmailFaults;
import io.waybill.sandbox.graph.GraphCall;
import io.waybill.sandbox.graph.GraphFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What goes wrong while mail keeps coming. When {@link #strike} returns, everything was started again. One of each {@link Part} may strike
 * at the same time.
 */
enum Disaster {
    PROCESSOR_KILLED(Part.PROCESSORS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            AppProcess one = fire.anyProcessor(random);
            fire.kill(one);
            fire.start(one);
        }
    },
    PROCESSORS_KILLED(Part.PROCESSORS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            for (AppProcess each : fire.processors) {
                fire.kill(each);
            }
            for (AppProcess each : fire.processors) {
                fire.start(each);
            }
        }
    },
    INGRESS_KILLED(Part.SURROUNDINGS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            AppProcess one = random.nextBoolean() ? fire.graph.ingress : fire.gmail.ingress;
            fire.kill(one);
            fire.start(one);
        }
    },
    WATCH_KILLED(Part.SURROUNDINGS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            fire.kill(fire.watch);
            fire.start(fire.watch);
        }
    },
    STATE_WIPED(Part.PROCESSORS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            AppProcess one = fire.anyProcessor(random);
            fire.kill(one);
            delete(fire.state(one));
            fire.start(one);
        }
    },
    ROLLING_RESTART(Part.PROCESSORS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            for (AppProcess each : fire.processors) {
                fire.awaitReady(each);
                each.stop();
                fire.start(each);
            }
        }
    },
    /** One goes, and comes ten seconds later, while fetches hang. */
    REBALANCES(Part.PROCESSORS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            AppProcess one = fire.anyProcessor(random);
            fire.awaitReady(one);
            // Only now: providers that failed beside this may have been healed before.
            fire.graph.graph.faults(
                    GraphFaults.builder().calls(GraphCall.GET_MIME).hanging(0.1).build());
            one.stop();
            TimeUnit.SECONDS.sleep(10);
            fire.start(one);
            TimeUnit.SECONDS.sleep(10);
            fire.graph.graph.heal();
        }
    },
    BROKER_RESTARTED(Part.SURROUNDINGS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            fire.broker.stop();
            TimeUnit.SECONDS.sleep(2);
            fire.broker.startAgain();
        }
    },
    /** Longer than a transaction may last. */
    BROKER_PAUSED(Part.SURROUNDINGS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            fire.broker.pause();
            TimeUnit.SECONDS.sleep(12);
            fire.broker.goOn();
        }
    },
    DATABASE_STOPPED(Part.SURROUNDINGS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            fire.ground.database.stop();
            TimeUnit.SECONDS.sleep(5);
            fire.ground.database.startAgain();
        }
    },
    /** An hour ahead, and right again: a program whose clock is set back ends, and is started by whoever runs it. */
    CLOCK_STEPPED(Part.PROCESSORS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            for (AppProcess each : fire.processors) {
                fire.awaitReady(each);
            }
            // One that had no turn while its clock was ahead has not seen it set back: for that one it is done again.
            for (int i = 0; i < 5 && !fire.processors.stream().allMatch(AppProcess::hasEnded); i++) {
                ClockShift.set(fire.directory, Duration.ofHours(-1));
                TimeUnit.SECONDS.sleep(4);
                ClockShift.set(fire.directory, Duration.ZERO);
                TimeUnit.SECONDS.sleep(4);
            }
            for (AppProcess each : fire.processors) {
                each.awaitEnd();
                fire.start(each);
            }
        }
    },
    /** They lose, double and reorder what they announce, throttle, fail, and cut what they send. */
    PROVIDERS_FAIL(Part.SURROUNDINGS) {
        @Override
        void strike(Fire fire, Random random) throws Exception {
            fire.graph.graph.faults(GraphFaults.builder()
                    .dropped(0.2)
                    .duplicated(0.2)
                    .reordered(0.1)
                    .throttled(0.1)
                    .retryAfter(Duration.ofSeconds(1))
                    .failing(0.1, 503)
                    .truncated(0.1)
                    .build());
            fire.gmail.gmail.faults(GmailFaults.builder()
                    .dropped(0.2)
                    .duplicated(0.2)
                    .reordered(0.1)
                    .throttled(0.1)
                    .failing(0.1, 503)
                    .truncated(0.1)
                    .build());
            TimeUnit.SECONDS.sleep(5);
            fire.graph.graph.heal();
            fire.gmail.gmail.heal();
        }
    };

    /** What it has for itself while it strikes. */
    enum Part {
        /** Each of these waits for processors to be ready, or starts them. */
        PROCESSORS,
        /** What processors talk to, and what talks to them: each of these has one of its own. */
        SURROUNDINGS
    }

    final Part part;

    Disaster(Part part) {
        this.part = part;
    }

    // A pause here is what goes wrong and how long it lasts; nothing waits for it.
    abstract void strike(Fire fire, Random random) throws Exception;

    static void delete(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException left) {
                    throw new UncheckedIOException(left);
                }
            });
        }
    }
}
