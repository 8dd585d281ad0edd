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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What goes wrong while mail keeps coming. When {@link #strike} returns, everything was started again. */
enum Disaster {
    PROCESSOR_KILLED {
        @Override
        void strike(Fire fire) throws Exception {
            AppProcess one = fire.anyProcessor();
            fire.kill(one);
            fire.start(one);
        }
    },
    PROCESSORS_KILLED {
        @Override
        void strike(Fire fire) throws Exception {
            for (AppProcess each : fire.processors) {
                fire.kill(each);
            }
            for (AppProcess each : fire.processors) {
                fire.start(each);
            }
        }
    },
    INGRESS_KILLED {
        @Override
        void strike(Fire fire) throws Exception {
            AppProcess one = fire.random.nextBoolean() ? fire.graph.ingress : fire.gmail.ingress;
            fire.kill(one);
            fire.start(one);
        }
    },
    WATCH_KILLED {
        @Override
        void strike(Fire fire) throws Exception {
            fire.kill(fire.watch);
            fire.start(fire.watch);
        }
    },
    STATE_WIPED {
        @Override
        void strike(Fire fire) throws Exception {
            AppProcess one = fire.anyProcessor();
            fire.kill(one);
            delete(fire.state(one));
            fire.start(one);
        }
    },
    ROLLING_RESTART {
        @Override
        void strike(Fire fire) throws Exception {
            for (AppProcess each : fire.processors) {
                each.awaitReady();
                each.stop();
                fire.start(each);
            }
        }
    },
    /** One comes and goes every ten seconds while fetches hang. */
    REBALANCES {
        @Override
        void strike(Fire fire) throws Exception {
            fire.graph.graph.faults(
                    GraphFaults.builder().calls(GraphCall.GET_MIME).hanging(0.1).build());
            AppProcess one = fire.anyProcessor();
            for (int i = 0; i < 2; i++) {
                one.awaitReady();
                one.stop();
                TimeUnit.SECONDS.sleep(5);
                fire.start(one);
                TimeUnit.SECONDS.sleep(5);
            }
            fire.graph.graph.heal();
        }
    },
    BROKER_RESTARTED {
        @Override
        void strike(Fire fire) throws Exception {
            fire.broker.stop();
            TimeUnit.SECONDS.sleep(2);
            fire.broker.startAgain();
        }
    },
    /** Longer than a transaction may last. */
    BROKER_PAUSED {
        @Override
        void strike(Fire fire) throws Exception {
            fire.broker.pause();
            TimeUnit.SECONDS.sleep(12);
            fire.broker.goOn();
        }
    },
    DATABASE_STOPPED {
        @Override
        void strike(Fire fire) throws Exception {
            fire.ground.database.stop();
            TimeUnit.SECONDS.sleep(5);
            fire.ground.database.startAgain();
        }
    },
    /** An hour ahead, and right again: a program whose clock is set back ends, and is started by whoever runs it. */
    CLOCK_STEPPED {
        @Override
        void strike(Fire fire) throws Exception {
            fire.processors.forEach(AppProcess::awaitReady);
            // One that had no turn while its clock was ahead has not seen it set back: for that one it is done again.
            for (int i = 0; i < 5 && !fire.processors.stream().allMatch(AppProcess::hasEnded); i++) {
                ClockShift.set(fire.directory, Duration.ofHours(-1));
                TimeUnit.SECONDS.sleep(5);
                ClockShift.set(fire.directory, Duration.ZERO);
                TimeUnit.SECONDS.sleep(5);
            }
            for (AppProcess each : fire.processors) {
                each.awaitEnd();
                fire.start(each);
            }
        }
    },
    /** They lose, double and reorder what they announce, throttle, fail, and cut what they send. */
    PROVIDERS_FAIL {
        @Override
        void strike(Fire fire) throws Exception {
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

    // A pause here is what goes wrong and how long it lasts; nothing waits for it.
    abstract void strike(Fire fire) throws Exception;

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
