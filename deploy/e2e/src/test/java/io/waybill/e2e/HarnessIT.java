package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.e2e.AppProcess.App;
import io.waybill.inbound.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The promises can be broken: a processor that does wrong is caught, by the promise whose business it is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HarnessIT {
    private static final int MAILS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private Ground ground;
    private Mailbox mailbox;
    private AppProcess processor;

    @BeforeAll
    void start() throws Exception {
        ground = new Ground(directory);
        mailbox = ground.mailbox("acme", "support", "tickets");
        processor =
                ground.processor("processor", Map.of("WAYBILL_FAULTS", "true")).behind(App.PROCESSOR.faults());
        processor.start();
        processor.awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        processor.kill();
        ground.close();
    }

    @Test
    @DisplayName("a processor that does what it should keeps every promise")
    void noFault_keepsEveryPromise() throws Exception {
        Trial trial = new Trial(Fault.NONE);
        for (Promise promise : trial.promises()) {
            assertDoesNotThrow(() -> promise.check(trial.jobs, trial));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OUTCOME_LOST, EveryJobSettles",
        "OUTCOME_DOUBLED, EveryJobSettles",
        "SETTLEMENT_LOST, EveryJobSettles",
        "EFFECT_LOST, HandledOncePerMessage",
        "EFFECT_DOUBLED, HandledOncePerMessage",
        "HEALTHY_REFUSED, NothingDeadLettered",
        "CONTENT_TOLD, NoContentInKafka"
    })
    @DisplayName("a processor that does wrong is caught")
    void fault_isCaughtByThePromise(Fault fault, String name) throws Exception {
        Trial trial = new Trial(fault);
        Promise promise = trial.promises().stream()
                .filter(each -> each.getClass().getSimpleName().equals(name))
                .findFirst()
                .orElseThrow();
        assertThrows(AssertionError.class, () -> promise.check(trial.jobs, trial), fault::name);
    }

    /** Some mails, while the processor has that fault; and what is to be seen of them alone. */
    private final class Trial implements Promise.Evidence {
        final String word = NoContentInKafka.randomWord();
        final List<PointerJob> jobs = new ArrayList<>();
        private final int deadLettersBefore;

        Trial(Fault fault) throws Exception {
            deadLettersBefore = ground.deadLetters();
            processor.ask("fault", fault.name());
            for (int i = 0; i < MAILS; i++) {
                jobs.add(ground.accept(mailbox, ground.put(mailbox, word + i, word, word)));
            }
            if (fault == Fault.OUTCOME_LOST) {
                awaitRest();
            } else {
                ground.awaitSettled(jobs, PATIENCE);
            }
            if (fault == Fault.SETTLEMENT_LOST) {
                // The next process knows what is durable; that a mail is announced twice is nothing special.
                processor.kill();
                processor.start();
                processor.awaitReady();
                int before = outcomes().size();
                jobs.forEach(job -> ground.accept(mailbox, job.pointer()));
                await().atMost(PATIENCE).until(() -> outcomes().size() > before);
            }
            processor.ask("fault", Fault.NONE.name());
        }

        List<Promise> promises() {
            return List.of(
                    new EveryJobSettles(),
                    new NothingDeadLettered(),
                    new HandledOncePerMessage(),
                    new NoContentInKafka(word));
        }

        /** Until they have ended with the fault, and what came after them in their partition has an outcome. */
        private void awaitRest() throws Exception {
            await().atMost(PATIENCE).until(() -> ground.ended().containsAll(Ground.ids(jobs)));
            processor.ask("fault", Fault.NONE.name());
            ground.awaitSettled(
                    List.of(ground.accept(mailbox, ground.put(mailbox, word + "last", word, word))), PATIENCE);
        }

        @Override
        public List<JobOutcome> outcomes() {
            return ground.outcomes().stream()
                    .filter(outcome -> Ground.ids(jobs).contains(outcome.jobId()))
                    .toList();
        }

        @Override
        public int deadLetters() {
            return ground.deadLetters() - deadLettersBefore;
        }

        @Override
        public int effects(PointerJob job) throws Exception {
            return ground.effects(job);
        }

        @Override
        public Iterable<String> everyRecord() {
            return ground.everyRecord();
        }
    }
}
