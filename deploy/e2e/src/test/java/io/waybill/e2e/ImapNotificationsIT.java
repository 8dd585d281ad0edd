package io.waybill.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.JobId;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.PointerJob;
import io.waybill.e2e.AppProcess.App;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Mailboxes of an IMAP server with the watch that listens to them, the ingress that it calls, and the processor. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImapNotificationsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** A mail that is handled at all is handled much sooner. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);

    @TempDir
    static Path directory;

    private Ground ground;
    private List<AppProcess> apps = List.of();
    private Mailbox whole;
    private Mailbox paused;
    private Mailbox beside;
    private PointerJob beforeSince;
    private PointerJob afterSince;

    @BeforeAll
    void start() throws Exception {
        ground = new Ground(directory);
        Instant since = Instant.now().minus(Duration.ofHours(1));
        whole = ground.mailbox("whole", "box0", since, "tickets");
        paused = ground.mailbox("paused", "box0", since, "tickets");
        beside = ground.mailbox("beside", "box0", since, "tickets");
        beforeSince = deliver(paused, "old", since.minus(Duration.ofMinutes(1)));
        afterSince = deliver(paused, "new", since.plus(Duration.ofMinutes(1)));
        AppProcess ingress = ground.app(App.INGRESS_IMAP, "ingress-imap", Map.of());
        AppProcess watch = ground.app(
                App.WATCH,
                "watch",
                Map.of("WAYBILL_INGRESS_IMAP_URL", ingress.url().toString()));
        apps = List.of(ingress, watch, ground.processor("processor"));
        for (AppProcess app : apps) {
            app.start();
        }
        apps.forEach(AppProcess::awaitReady);
    }

    @AfterAll
    void stop() throws Exception {
        for (AppProcess app : apps) {
            app.stop();
        }
        ground.close();
    }

    @Test
    @DisplayName("A23 (i) end to end: a mail in the mailbox, a ticket with its comment and documents out")
    void mail_becomesATicketWithItsCommentAndDocuments() throws Exception {
        List<PointerJob> jobs = new ArrayList<>();
        for (byte[] eml : SampleMails.all()) {
            jobs.add(job(whole, ground.put(whole, eml)));
            ground.awaitSettled(jobs, PATIENCE);
        }

        SampleMails.assertFiled(ground, "whole");
        new EveryJobSettles().check(jobs, ground);
        new HandledOncePerMessage().check(jobs, ground);
    }

    @Test
    @DisplayName("A24 (i) a mailbox begins at its since, is paused and resumed, without loss or doubling")
    void mailbox_beginsIsPausedAndResumed() throws Exception {
        List<PointerJob> jobs = new ArrayList<>(List.of(afterSince));
        ground.awaitSettled(jobs, PATIENCE);

        ground.command("mailboxes", "pause", "paused/box0");
        // Watch and processor may hear of it somewhat later.
        do {
            jobs.add(deliver(paused, "paused-" + jobs.size(), Instant.now()));
        } while (isHandled(jobs.getLast()));
        List<PointerJob> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(deliver(paused, "held-" + i, Instant.now()));
        }
        ground.awaitSettled(List.of(deliver(beside, "not-paused", Instant.now())), PATIENCE);
        Set<JobId> handled = new HashSet<>(ground.settled());
        handled.retainAll(Ground.ids(held));
        assertEquals(Set.of(), handled, "handled although the mailbox is paused");

        ground.command("mailboxes", "resume", "paused/box0");
        jobs.addAll(held);
        ground.awaitSettled(jobs, PATIENCE);
        assertEquals(jobs.size(), ground.tickets("paused"));
        assertEquals(0, ground.effects(beforeSince));
        new EveryJobSettles().check(jobs, ground);
        new HandledOncePerMessage().check(jobs, ground);
    }

    /** Whether it is, within a time in which every other mail is. */
    private boolean isHandled(PointerJob job) {
        try {
            await().atMost(LONG_ENOUGH).until(() -> ground.settled().contains(job.jobId()));
            return true;
        } catch (ConditionTimeoutException notHandled) {
            return false;
        }
    }

    /** A mail that came at that time, as the server has it; the job that it is, whoever finds it. */
    private PointerJob deliver(Mailbox mailbox, String id, Instant received) {
        return job(mailbox, ground.put(mailbox, Ground.eml(mailbox, id, id, "text"), received));
    }

    private static PointerJob job(Mailbox mailbox, ImapPointer pointer) {
        return PointerJob.of(mailbox, pointer, Instant.now());
    }
}
