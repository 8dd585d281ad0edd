package io.waybill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.PointerJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Mail of all three providers keeps coming while one {@link Disaster} after the other strikes, processors and what is around them at the
 * same time; then everything that was accepted has come to its end, once. In the build each strikes once, in another order each time.
 * {@code mvn verify -Psoak} goes on, in pieces that begin with nothing, until there were as many jobs and kills as it says; {@code
 * target/under-fire.txt} has the report. A run that fails leaves its folder, with all logs, and names it.
 */
@Isolated // what it does is measured in seconds, and the others would lose theirs
class UnderFireIT {
    private static final int JOBS = Integer.getInteger("waybill.soak.jobs", 0);
    private static final int KILLS = Integer.getInteger("waybill.soak.kills", 0);
    private static final int PIECE = Integer.getInteger("waybill.soak.piece", 30_000);
    private static final int PER_SECOND = Integer.getInteger("waybill.soak.rate", 20);
    private static final long SEED = Long.getLong("waybill.seed", new Random().nextLong());
    private static final Path REPORT = Path.of("target", "under-fire.txt");
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory;

    private final Map<Disaster, Strikes> strikes = Collections.synchronizedMap(new EnumMap<>(Disaster.class));
    private int pieces;
    private int jobs;
    private int kills;
    private int ends;

    /**
     * What one disaster did.
     *
     * @param longest from its beginning until mail that came after it was handled
     */
    private record Strikes(int count, Duration longest) {
        static Strikes one(Duration took) {
            return new Strikes(1, took);
        }

        Strikes and(Strikes more) {
            return new Strikes(count + more.count, longest.compareTo(more.longest) > 0 ? longest : more.longest);
        }

        @Override
        public String toString() {
            return count + " of " + longest.toSeconds() + " s at most";
        }
    }

    @Test
    @DisplayName("A16 A20 whatever is killed, stopped, paused or wiped, nothing accepted is lost and nothing doubled")
    void underFire_keepsEveryPromise() throws Exception {
        Random random = new Random(SEED);
        System.out.println("under fire, seed " + SEED);
        Instant began = Instant.now();
        do {
            piece(random);
            String report = String.format(
                    Locale.ROOT,
                    "under fire, seed %d: %,d pieces, %,d jobs, %,d kills, %,d ended by themselves, %s, %,d s; 0 lost,"
                            + " 0 doubled%n",
                    SEED,
                    pieces,
                    jobs,
                    kills,
                    ends,
                    strikes,
                    Duration.between(began, Instant.now()).toSeconds());
            System.out.print(report);
            // A long run that is cut off has said what it did.
            Files.writeString(REPORT, report);
        } while (jobs < JOBS || kills < KILLS);
    }

    private void piece(Random random) throws Exception {
        String word = NoContentInKafka.randomWord();
        int least = Math.min(PIECE, JOBS);
        Path place = Files.createDirectory(directory.resolve("piece-" + pieces));
        try (Fire fire = new Fire(place, 12 + least / 300)) {
            SteadyMail mail = new SteadyMail(PER_SECOND, number -> fire.send(number, word));
            try (mail;
                    ExecutorService parts = Executors.newVirtualThreadPerTaskExecutor()) {
                fire.awaitWork(mail);
                List<Future<?>> ofEachPart = new ArrayList<>();
                for (Disaster.Part part : Disaster.Part.values()) {
                    Random its = new Random(random.nextLong());
                    ofEachPart.add(parts.submit(() -> {
                        do {
                            strikeAll(part, fire, mail, its);
                        } while (mail.accepted().size() < least);
                        return null;
                    }));
                }
                for (Future<?> all : ofEachPart) {
                    all.get();
                }
            }
            List<PointerJob> accepted = mail.accepted();
            fire.telling(() -> fire.awaitSettled(accepted, PATIENCE));

            new EveryJobSettles().check(accepted, fire.ground);
            new NothingDeadLettered().check(accepted, fire.ground);
            new HandledOncePerMessage().check(accepted, fire.ground);
            new NoContentInKafka(word).check(accepted, fire.ground);
            assertEquals(accepted.size(), fire.ground.tickets(), "tickets");
            pieces++;
            jobs += accepted.size();
            kills += fire.kills();
            ends += fire.ends();
        }
    }

    /** Each that strikes this part, one after the other, while the others strike what is theirs. */
    private void strikeAll(Disaster.Part part, Fire fire, SteadyMail mail, Random random) throws Exception {
        List<Disaster> all = new ArrayList<>(List.of(Disaster.values()));
        if (KILLS > 0) {
            // The whole round takes minutes; a death is what comes most often.
            all.addAll(Collections.nCopies(4, Disaster.PROCESSOR_KILLED));
            all.addAll(Collections.nCopies(4, Disaster.INGRESS_KILLED));
            all.addAll(Collections.nCopies(2, Disaster.WATCH_KILLED));
        }
        all.removeIf(disaster -> disaster.part != part);
        Collections.shuffle(all, random);
        for (Disaster disaster : all) {
            Instant struck = Instant.now();
            fire.telling(() -> {
                disaster.strike(fire, random);
                fire.awaitWork(mail);
            });
            strikes.merge(disaster, Strikes.one(Duration.between(struck, Instant.now())), Strikes::and);
        }
    }
}
