package io.waybill.e2e;

import static java.util.function.Predicate.not;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.JobOutcome;
import io.waybill.contracts.JobOutcome.Attempt;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database hangs, then refuses, and comes back, while 50 mails a second keep coming. The short form runs in the build; the full one
 * with {@code -Dwaybill.outage=600}, in seconds.
 */
@Order(1) // the longest first, so that the others run beside it
class DatabaseAwayIT {
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("waybill.outage", 30));
    private static final int MAILS_PER_SECOND = 50;
    /** About a hundred mails each: what a fetch costs the mail server grows with the square of what lies in the folder. */
    private static final int MAILBOXES = Math.toIntExact(OUTAGE.toSeconds() * MAILS_PER_SECOND / 100);

    private static final Duration PATIENCE = Duration.ofMinutes(5).plus(OUTAGE);

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "while the database hangs or refuses, jobs that need it wait and spend no attempts, and the others go on;"
                    + " when it is back, every job is handled once")
    void databaseAwayUnderLoad_handlesEverythingAfterwards() throws Exception {
        String word = NoContentInKafka.randomWord();
        try (Ground ground = new Ground(directory)) {
            Mailbox neighbour = ground.mailbox("tenant0", "neighbour", "rehearsal");
            List<Mailbox> mailboxes = new ArrayList<>(ground.mailboxes(MAILBOXES));
            mailboxes.add(neighbour);
            AppProcess processor = ground.processor(
                    "processor",
                    Map.of("WAYBILL_HANDLERS_DIR", ground.rehearsal().toString()));
            processor.start();
            processor.awaitReady();

            SteadyMail mail = new SteadyMail(MAILS_PER_SECOND, number -> {
                Mailbox mailbox = mailboxes.get(number % mailboxes.size());
                return ground.offer(mailbox, ground.put(mailbox, word + number, word, word));
            });
            try (mail) {
                // Warm: each mailbox has had a mail, and it is a ticket.
                await().atMost(PATIENCE).until(() -> mail.accepted().size() >= mailboxes.size());
                ground.awaitSettled(mail.accepted(), PATIENCE);

                ground.database.halt();
                pass(OUTAGE.dividedBy(3), mail);
                ground.database.stop();
                pass(OUTAGE.multipliedBy(2).dividedBy(3), mail);
                ground.awaitSettled(
                        mail.accepted().stream().filter(isOf(neighbour)).toList(), PATIENCE);
                ground.database.startAgain();
            }
            Instant back = Instant.now();
            List<PointerJob> accepted = mail.accepted();
            ground.awaitSettled(accepted, PATIENCE);
            Duration catchingUp = Duration.between(back, Instant.now());

            List<PointerJob> ticketed =
                    accepted.stream().filter(not(isOf(neighbour))).toList();
            new EveryJobSettles().check(accepted, ground);
            new NothingDeadLettered().check(accepted, ground);
            new HandledOncePerMessage().check(ticketed, ground);
            new NoContentInKafka(word).check(accepted, ground);
            assertEquals(ticketed.size(), ground.tickets(), "tickets");
            List<JobOutcome> outcomes = ground.outcomes();
            assertEquals(Set.of("SINK_UNAVAILABLE"), failures(outcomes), "the outage was met, and nothing else");
            assertEquals(
                    List.of(),
                    outcomes.stream()
                            .filter(outcome -> outcome.attemptsTotal() != 1)
                            .toList(),
                    "waiting spends no attempts");
            System.out.printf(
                    "database away for %d s: %d jobs, %d outcomes, %d tickets, %d dead letters; %d s to catch up%n",
                    OUTAGE.toSeconds(),
                    accepted.size(),
                    outcomes.size(),
                    ground.tickets(),
                    ground.deadLetters(),
                    catchingUp.toSeconds());
            processor.stop();
        }
    }

    /** Goes on when the time is over and its mails have come. */
    private static void pass(Duration time, SteadyMail mail) {
        Instant over = Instant.now().plus(time);
        long due = mail.accepted().size() + time.toSeconds() * MAILS_PER_SECOND;
        await().atMost(time.plus(PATIENCE))
                .until(() -> !Instant.now().isBefore(over) && mail.accepted().size() >= due);
    }

    private static Predicate<PointerJob> isOf(Mailbox mailbox) {
        return job -> job.mailbox().equals(mailbox.key());
    }

    /** The codes of all attempts that did not succeed. */
    private static Set<String> failures(List<JobOutcome> outcomes) {
        return outcomes.stream()
                .flatMap(outcome -> outcome.attempts().stream())
                .map(Attempt::code)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }
}
