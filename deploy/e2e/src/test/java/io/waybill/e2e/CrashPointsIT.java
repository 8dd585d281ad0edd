package io.waybill.e2e;

import static io.waybill.inbound.crash.CrashPointSource.CALL_FETCH;
import static io.waybill.inbound.crash.CrashPoints.CALL_HANDLER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.waybill.contracts.JobOutcome.Result;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.contracts.Topics;
import io.waybill.e2e.AppProcess.App;
import io.waybill.inbound.crash.CrashPointController;
import io.waybill.inbound.crash.CrashPoints;
import io.waybill.sandbox.RehearsalHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The processor dies, as by SIGKILL, at each place where it can while it handles a mail that needs three attempts, and one that is a dead
 * letter and re-driven. What there is to die at is written down while a mail is handled undisturbed: a new step cannot be forgotten.
 *
 * <p>The build takes some of the places, others each time; all of them with {@code -Dwaybill.deaths=0}.
 */
@Order(3) // the longest first, so that the others run beside it
class CrashPointsIT {
    private static final int DEATHS = Integer.getInteger("waybill.deaths", 5);
    private static final long SEED = Long.getLong("waybill.seed", new Random().nextLong());
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** The next process is taken for the one that died, whose place nobody else has to wait for. */
    private static final String SAME_MEMBER = "-Dkafka.streams.default.main.consumer.group.instance.id=the-one";

    @TempDir
    Path directory;

    private final List<PointerJob> accepted = new ArrayList<>();
    private Ground ground;
    private Mailbox mailbox;
    private AppProcess processor;
    private int deaths;

    /** What a mail is made to go through. */
    private enum Course {
        RETRIED("fail-twice"),
        REDRIVEN("refuse-once");

        private final String rehearsed;

        Course(String rehearsed) {
            this.rehearsed = rehearsed;
        }
    }

    /** A place to die at, of a mail that goes through that. */
    private record Place(Course course, String point) {}

    @Test
    @DisplayName(
            "A16 a processor that dies at any step of a job, its retries, its dead letter and its re-drive loses and"
                    + " doubles nothing")
    void deathAtEachStep_losesAndDoublesNothing() throws Exception {
        String word = NoContentInKafka.randomWord();
        try (Ground started = new Ground(directory)) {
            ground = started;
            mailbox = ground.mailbox("acme", "support", "tickets", "rehearsal");
            processor = ground.processor(
                            "processor",
                            Map.of(
                                    "WAYBILL_HANDLERS_DIR",
                                    ground.rehearsal().toString(),
                                    "WAYBILL_CRASH_POINTS",
                                    "true"))
                    .behind(App.PROCESSOR.faults());
            start();
            List<Place> places = new ArrayList<>();
            for (Course course : Course.values()) {
                goThrough(course, word);
                processor.ask("crash-points", CrashPointController.NOWHERE);
                goThrough(course, word);
                processor.ask("crash-points", null).lines().forEach(point -> places.add(new Place(course, point)));
            }
            assertEquals(0, deaths);
            assertSeen(places);
            List<Place> chosen = chosen(places);
            for (Place place : chosen) {
                int before = deaths;
                processor.ask("crash-points", place.point());
                goThrough(place.course(), word);
                if (deaths == before) {
                    if (isNotComeTo(place)) {
                        continue;
                    }
                    // It dies just after the commit by which the outcome was seen.
                    startAgain();
                }
                assertEquals(before + 1, deaths, () -> "deaths " + place);
            }
            new EveryJobSettles().check(accepted, ground);
            new HandledOncePerMessage().check(accepted, ground);
            new NoContentInKafka(word).check(accepted, ground);
            assertEquals(accepted.size(), ground.tickets(), "tickets");
            assertEquals(0, ground.deadLetters(), "open dead letters");
            System.out.printf(
                    "%d places to die at, %d deaths, seed %d: %d jobs, %d outcomes, %d tickets; 0 lost, 0 doubled%n",
                    places.size(),
                    deaths,
                    SEED,
                    accepted.size(),
                    ground.outcomes().size(),
                    ground.tickets());
            processor.stop();
        }
    }

    /** Whether it is one of the rows that are put once more where an attempt takes long, and this time none took so long. */
    private boolean isNotComeTo(Place place) throws InterruptedException {
        try {
            return place.point().contains("jobs put")
                    && processor.ask("crash-points", null).lines().noneMatch(place.point()::equals);
        } catch (IOException dying) {
            return false;
        }
    }

    /** What must be among the places at least, lest nothing be watched. */
    private static void assertSeen(List<Place> places) {
        Set<Place> least = new HashSet<>();
        for (String step : List.of(
                "jobs put",
                "jobs delete",
                "waiting put",
                "schedule delete",
                Topics.RETRY.name(),
                CALL_FETCH,
                CALL_HANDLER,
                "settled put",
                Topics.OUTCOMES.name())) {
            least.add(new Place(Course.RETRIED, "before " + step + " #1"));
        }
        least.add(new Place(Course.REDRIVEN, "after the commit of " + Topics.DEAD_LETTERS.name() + " #1"));
        least.add(new Place(Course.REDRIVEN, "before the commit of " + Topics.OUTCOMES.name() + " #2"));
        least.add(new Place(Course.REDRIVEN, "after " + CALL_HANDLER + " #1"));
        places.forEach(least::remove);
        assertEquals(Set.of(), least, () -> "not seen; seen: " + places);
    }

    private static List<Place> chosen(List<Place> places) {
        if (DEATHS == 0) {
            return places;
        }
        List<Place> mixed = new ArrayList<>(places);
        Collections.shuffle(mixed, new Random(SEED));
        return mixed.subList(0, DEATHS);
    }

    /** Until the mail is handled. Whoever watches starts the processor when it has died, and re-drives what is dead-lettered. */
    private void goThrough(Course course, String word) throws Exception {
        String id = word + accepted.size();
        byte[] eml = Ground.eml(mailbox, id, word, word);
        PointerJob job = ground.accept(
                mailbox,
                ground.put(
                        mailbox,
                        (RehearsalHandler.HEADER + ": " + course.rehearsed + "\r\n"
                                        + new String(eml, StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8)));
        accepted.add(job);
        boolean redriven = false;
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!hasOutcome(job, Result.HANDLED)) {
            assertTrue(Instant.now().isBefore(deadline), () -> "not handled in time: " + job.jobId());
            if (processor.hasEnded()) {
                startAgain();
            }
            if (!redriven && hasOutcome(job, Result.DEAD_LETTERED)) {
                ground.command("dlq", "redrive", job.jobId().value(), "--execute", "--by", "somebody");
                redriven = true;
            }
        }
        assertEquals(course == Course.REDRIVEN, redriven);
    }

    private boolean hasOutcome(PointerJob job, Result result) {
        return ground.outcomes().stream()
                .anyMatch(outcome -> outcome.jobId().equals(job.jobId()) && outcome.result() == result);
    }

    private void startAgain() throws Exception {
        assertEquals(CrashPoints.KILLED, processor.awaitEnd());
        deaths++;
        start();
    }

    private void start() throws IOException {
        processor.start(SAME_MEMBER);
        processor.awaitReady();
    }
}
